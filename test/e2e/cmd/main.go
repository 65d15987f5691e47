// Command cmd runs the platform on this machine until it is interrupted: the
// functions, compiled for it, behind a small REST front. Who sends a request
// stands in its headers, where API Gateway would have verified a token.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/internal/kernel"
	"github.com/flowops/flowops/test/e2e/world"
)

func main() {
	port := flag.Int("port", 8787, "port of the REST front")
	tenants := flag.String("tenants", "acme,globex", "tenants that are onboarded, with commas between them")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *port, strings.Split(*tenants, ",")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, port int, tenants []string) error {
	dir, err := os.MkdirTemp("", "flowops-local-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	kernel.Open()
	w, err := world.Start(ctx, ".", dir, nil, func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) })
	kernel.Close()
	if err != nil {
		return err
	}
	defer w.Close()
	for _, tenant := range tenants {
		if !contract.ValidTenantID(tenant) {
			return fmt.Errorf("%q is no tenant id: %s", tenant, contract.TenantIDPattern)
		}
		if err := w.Onboard(ctx, tenant); err != nil {
			return err
		}
		if err := w.StartAgent(ctx, tenant); err != nil {
			return err
		}
	}
	server := &http.Server{Addr: fmt.Sprintf("127.0.0.1:%d", port), Handler: front{w}, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	fmt.Printf(`The platform runs here until it is interrupted (Ctrl-C).

  AWS APIs    %s  (region %s, account %s, any credentials)
  REST        http://%s
  log         %s/ministack.log

  curl -H 'Tenant: %s' -d '{"subject":"Printer","description":"It smokes.","priority":"high"}' http://%[4]s/tickets
  curl -H 'Tenant: %[6]s' http://%[4]s/tickets
  curl -H 'Tenant: %[6]s' -d '{"message":"Open a ticket: the printer smokes."}' http://%[4]s/chat
  aws --endpoint-url %[1]s --region %[2]s lambda invoke --function-name %[7]s:%[8]s --payload fileb://handlers/records/testdata/rest-get-ticket.json /dev/stdout
`, w.Endpoint(), w.Config.Account.Region, w.Config.Account.ID, server.Addr, dir, tenants[0], w.Config.Name(contract.Records.Name), contract.LiveAlias)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// front is the REST API.
type front struct{ world *world.World }

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := world.Person{Tenant: r.Header.Get("Tenant"), Name: or(r.Header.Get("Person"), "you"), Role: contract.Role(or(r.Header.Get("Role"), string(contract.RoleAdmin)))}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	headers := map[string]string{}
	if key := r.Header.Get(contract.HeaderIdempotencyKey); key != "" {
		headers[contract.HeaderIdempotencyKey] = key
	}
	answer, err := f.world.Send(r.Context(), p, r.Method, r.URL.RequestURI(), string(body), headers)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	for name, value := range answer.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = io.WriteString(w, answer.Body+"\n")
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
