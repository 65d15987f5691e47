package start

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/environment"
)

func TestPrepare(t *testing.T) {
	fn := contract.Function{Name: "example", Environment: []string{"OWN"}}
	complete := map[string]string{"FLOWOPS_ENV": "dev", "LOG_LEVEL": "WARN", "METRIC_NAMESPACE": "FlowOps", "OWN": "x"}
	tests := []struct {
		name    string
		change  map[string]string
		wireErr error
		wired   bool
		want    map[string]any // the log line, but for its timestamp
	}{
		{name: "complete", wired: true},
		{
			name:   "missing",
			change: map[string]string{"METRIC_NAMESPACE": "", "OWN": ""},
			want: map[string]any{
				"level": "ERROR", "message": "can't start", "function": "example", "environment": "dev",
				"error":   "required environment variables are missing or empty: METRIC_NAMESPACE, OWN",
				"missing": []any{"METRIC_NAMESPACE", "OWN"},
			},
		},
		{
			name:   "unknown log level",
			change: map[string]string{"LOG_LEVEL": "LOUD"},
			want: map[string]any{
				"level": "ERROR", "message": "can't start", "function": "example", "environment": "dev",
				"error": `LOG_LEVEL: log level is "LOUD": it must be DEBUG, INFO, WARN or ERROR`,
			},
		},
		{
			name:   "missing and unknown log level",
			change: map[string]string{"LOG_LEVEL": "LOUD", "OWN": ""},
			want: map[string]any{
				"level": "ERROR", "message": "can't start", "function": "example", "environment": "dev",
				"error":   "required environment variables are missing or empty: OWN\n" + `LOG_LEVEL: log level is "LOUD": it must be DEBUG, INFO, WARN or ERROR`,
				"missing": []any{"OWN"},
			},
		},
		{
			name:    "wiring fails",
			wireErr: errors.New("no credentials"),
			wired:   true,
			want: map[string]any{
				"level": "ERROR", "message": "can't start", "function": "example", "environment": "dev", "error": "no credentials",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env := maps.Clone(complete)
			maps.Copy(env, tt.change)
			wired := false
			wire := func(_ context.Context, in Input) (Handler[string, string], error) {
				wired = true
				if d := cmp.Diff(environment.Values(env), in.Env); d != "" {
					t.Errorf("input (-want +got):\n%s", d)
				}
				return func(_ context.Context, s string) (string, error) { return s + "!", nil }, tt.wireErr
			}
			var out bytes.Buffer
			handler, _, err := Prepare(context.Background(), fn, func(name string) (string, bool) { v, ok := env[name]; return v, ok }, &out, wire)
			if wired != tt.wired {
				t.Errorf("wired: %v", wired)
			}
			if tt.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				if got, _ := handler(context.Background(), "hello"); got != "hello!" {
					t.Errorf("handler answers %q", got)
				}
				if out.Len() > 0 {
					t.Errorf("logged %s", out.String())
				}
				return
			}
			if err == nil || handler != nil {
				t.Fatalf("error is %v, handler is nil: %v", err, handler == nil)
			}
			if tt.wireErr != nil && !errors.Is(err, tt.wireErr) {
				t.Errorf("error %v does not wrap its cause", err)
			}
			if n := strings.Count(out.String(), "\n"); n != 1 {
				t.Errorf("logged %d lines: %s", n, out.String())
			}
			var got map[string]any
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			delete(got, "timestamp")
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("line (-want +got):\n%s", d)
			}
		})
	}
}
