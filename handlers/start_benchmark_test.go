package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

// BenchmarkStart is the time from a function's start to its asking for the first
// invocation, which is what Lambda's initialization waits for. It is of this
// host's processor.
func BenchmarkStart(b *testing.B) {
	for _, fn := range contract.Functions() {
		binary := compile(b, fn)
		b.Run(fn.Name, func(b *testing.B) {
			asked := make(chan struct{}, 1)
			api := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				asked <- struct{}{}
				<-r.Context().Done()
			}))
			defer api.Close()
			env := handlertest.Environment(fn)
			env["AWS_LAMBDA_RUNTIME_API"], env["AWS_REGION"] = strings.TrimPrefix(api.URL, "http://"), "us-east-1"
			if _, ok := env[contract.EnvEmbeddingDims]; ok {
				env[contract.EnvEmbeddingDims] = "1024"
			}
			for b.Loop() {
				cmd := exec.Command(binary)
				cmd.Env = pairs(env)
				if err := cmd.Start(); err != nil {
					b.Fatal(err)
				}
				<-asked
				b.StopTimer()
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
				b.StartTimer()
			}
		})
	}
}
