package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

var metricsAt = time.Date(2024, 1, 20, 12, 55, 8, 7e6, time.FixedZone("", 3600))

func testMetrics(level slog.Level) (*Metrics, *bytes.Buffer) {
	var out bytes.Buffer
	m := NewMetrics(&out, "FlowOps", "agent-invoke", "dev", level)
	m.now = func() time.Time { return metricsAt }
	return m, &out
}

func TestPut(t *testing.T) {
	invocation := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
	//lint:ignore SA1029 the runtime client's key is a string
	invocation = context.WithValue(invocation, traceIDKey, "Root=1-2-3")
	tests := []struct {
		name   string
		ctx    context.Context
		tenant string
		values []Value
		want   string
	}{
		{"nothing", invocation, "acme", nil, ""},
		{"of a tenant", invocation, "acme", []Value{{contract.MetricChatLatency, 812.5}, {contract.MetricRetrievalHits, 3}, {contract.MetricTenantRequests, 1}, {contract.MetricErrors, 0}},
			`{"_aws":{"Timestamp":1705751708007,"CloudWatchMetrics":[
			{"Namespace":"FlowOps","Dimensions":[["Environment"]],"Metrics":[{"Name":"RAGRetrievalHits","Unit":"Count"}]},
			{"Namespace":"FlowOps","Dimensions":[["Environment"],["Environment","TenantId"]],
			 "Metrics":[{"Name":"ChatLatency","Unit":"Milliseconds"},{"Name":"TenantRequestCount","Unit":"Count"},{"Name":"Errors","Unit":"Count"}]}]},
			"timestamp":"2024-01-20T11:55:08.007Z","level":"INFO","function":"agent-invoke","requestId":"request-1","traceId":"Root=1-2-3",
			"Environment":"dev","TenantId":"acme","ChatLatency":812.5,"RAGRetrievalHits":3,"TenantRequestCount":1,"Errors":0}`},
		{"of no tenant", context.Background(), "", []Value{{contract.MetricErrors, 1}},
			`{"_aws":{"Timestamp":1705751708007,"CloudWatchMetrics":[{"Namespace":"FlowOps","Dimensions":[["Environment"]],"Metrics":[{"Name":"Errors","Unit":"Count"}]}]},
			"timestamp":"2024-01-20T11:55:08.007Z","level":"INFO","function":"agent-invoke","Environment":"dev","Errors":1}`},
		{"a field that is no dimension, and several values", context.Background(), "acme", []Value{{contract.MetricDocumentAge, 60}, {contract.MetricDocumentAge, 90}},
			`{"_aws":{"Timestamp":1705751708007,"CloudWatchMetrics":[{"Namespace":"FlowOps","Dimensions":[["Environment"]],"Metrics":[{"Name":"DocumentFreshness","Unit":"Seconds"}]}]},
			"timestamp":"2024-01-20T11:55:08.007Z","level":"INFO","function":"agent-invoke","Environment":"dev","TenantId":"acme","DocumentFreshness":[60,90]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, out := testMetrics(slog.LevelInfo)
			if err := m.Put(tt.ctx, tt.tenant, tt.values...); err != nil {
				t.Fatal(err)
			}
			if tt.want == "" {
				if out.Len() > 0 {
					t.Errorf("wrote %s", out)
				}
				return
			}
			if d := cmp.Diff(object(t, tt.want), object(t, out.String())); d != "" {
				t.Errorf("line (-want +got):\n%s", d)
			}
			isEmbeddedMetrics(t, out.String())
		})
	}
}

func TestPutRefuses(t *testing.T) {
	many := make([]Value, maxValues+1)
	for i := range many {
		many[i] = Value{contract.MetricErrors, 1}
	}
	good := Value{contract.MetricErrors, 1}
	for name, tt := range map[string]struct {
		tenant string
		values []Value
	}{
		"an unknown metric":        {"acme", []Value{good, {"Made-Up", 1}}},
		"what a log filter counts": {"acme", []Value{{contract.MetricSecurityEvents, 1}}},
		"what the trail counts":    {"", []Value{{contract.MetricRootUsage, 1}}},
		"no number":                {"acme", []Value{{contract.MetricErrors, math.NaN()}}},
		"an infinite number":       {"acme", []Value{{contract.MetricErrors, math.Inf(-1)}}},
		"a tenant that is none":    {"acme\n", []Value{good}},
		"too many values of one":   {"acme", many},
	} {
		t.Run(name, func(t *testing.T) {
			m, out := testMetrics(slog.LevelInfo)
			if err := m.Put(context.Background(), tt.tenant, tt.values...); err == nil || out.Len() > 0 {
				t.Errorf("error is %v, wrote %s", err, out)
			}
		})
	}
	m := NewMetrics(broken{}, "FlowOps", "records", "dev", slog.LevelInfo)
	if err := m.Put(context.Background(), "", good); !errors.Is(err, errBroken) {
		t.Errorf("error is %v", err)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// Lambda lets a line through whose level is the function's or above it.
func TestMetricsPassEveryLogLevel(t *testing.T) {
	order := []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		m, out := testMetrics(level)
		if err := m.Put(context.Background(), "acme", Value{contract.MetricErrors, 1}); err != nil {
			t.Fatal(err)
		}
		got, _ := object(t, out.String())["level"].(string)
		if slices.Index(order, got) < slices.Index(order, level.String()) {
			t.Errorf("at %s the line has level %q", level, got)
		}
		if got == "ERROR" {
			t.Errorf("at %s a metric looks like an error", level)
		}
	}
}

func TestPutConcurrently(t *testing.T) {
	var out lines
	m := NewMetrics(&out, "FlowOps", "records", "dev", slog.LevelInfo)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for i := range 50 {
				if err := m.Put(context.Background(), "acme", Value{contract.MetricErrors, float64(i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if len(out) != 1000 {
		t.Errorf("%d writes", len(out))
	}
	for _, line := range out {
		isEmbeddedMetrics(t, line)
	}
}

// lines has every write. It is not locked: Metrics is.
type lines []string

func (l *lines) Write(b []byte) (int, error) { *l = append(*l, string(b)); return len(b), nil }

// TestUnits holds units against what contract says of each metric.
func TestUnits(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../../contract/metrics.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{"milliseconds": unitMilliseconds, "seconds": unitSeconds, "count": unitCount, "percent": unitPercent}
	left := len(units)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Metric") || spec.Comment == nil {
			return true
		}
		name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		comment := spec.Comment.Text()
		filtered := strings.Contains(comment, "audit trail") || name == contract.MetricSecurityEvents || name == contract.MetricKeyChanges
		unit, written := units[name]
		if written == filtered {
			t.Errorf("%s: written by functions: %v; counted by filters: %v", name, written, filtered)
		}
		if written {
			left--
			if word := strings.FieldsFunc(comment, func(r rune) bool { return r == ' ' || r == ';' || r == '\n' })[0]; words[word] != unit {
				t.Errorf("%s is documented in %q, written in %s", name, word, unit)
			}
		}
		return true
	})
	if left != 0 {
		t.Errorf("%d units are of no metric of contract", left)
	}
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return o
}
