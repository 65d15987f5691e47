package local

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

//go:embed preload.cjs
var preload []byte

// Runtime is a tenant's agent as AgentCore runs it: the bundle in a process of
// its own, with the tenant's environment and credentials.
type Runtime struct {
	address string
	process *exec.Cmd
	log     *os.File
	ended   chan error
}

// StartRuntime starts the bundle below root with an environment. Its files and
// its log go to dir.
func StartRuntime(ctx context.Context, root, dir, name string, environment map[string]string) (*Runtime, error) {
	bundle, err := filepath.Abs(filepath.Join(root, "agent", "dist", "agent.js"))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(bundle); err != nil {
		return nil, fmt.Errorf("the agent is not built: run \"make agent\" (%w)", err)
	}
	hook := filepath.Join(dir, "preload.cjs")
	if err := os.WriteFile(hook, preload, 0o600); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "agent-"+name+".log"))
	if err != nil {
		return nil, err
	}
	r := &Runtime{address: "127.0.0.1:" + port, log: log, ended: make(chan error, 1)}
	r.process = exec.Command("node", "--require", hook, bundle)
	r.process.Dir, r.process.Stdout, r.process.Stderr = dir, log, log
	r.process.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "PORT=" + port}
	for k, v := range environment {
		r.process.Env = append(r.process.Env, k+"="+v)
	}
	if err := r.process.Start(); err != nil {
		return nil, fmt.Errorf("start an agent: %w", err)
	}
	go func() { r.ended <- r.process.Wait() }()
	if err := answering(ctx, "http://"+r.address+"/ping", r.ended); err != nil {
		r.Close()
		return nil, fmt.Errorf("start an agent: %w: see %s", err, log.Name())
	}
	return r, nil
}

// ServeHTTP hands an invocation on, and its answer back as it comes.
func (r *Runtime) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	proxy := httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(&url.URL{Scheme: "http", Host: r.address})
			p.Out.URL.Path, p.Out.URL.RawPath, p.Out.URL.RawQuery = "/invocations", "", ""
		},
	}
	proxy.ServeHTTP(w, request)
}

// Close ends the process.
func (r *Runtime) Close() {
	_ = r.process.Process.Signal(os.Interrupt)
	select {
	case <-r.ended:
	case <-time.After(5 * time.Second):
		_ = r.process.Process.Kill()
		<-r.ended
	}
	_ = r.log.Close()
}
