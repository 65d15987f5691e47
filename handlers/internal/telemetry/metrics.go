package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"sync"
	"time"

	"github.com/flowops/flowops/contract"
)

// Units of CloudWatch (API reference, MetricDatum).
const (
	unitMilliseconds = "Milliseconds"
	unitSeconds      = "Seconds"
	unitCount        = "Count"
	unitPercent      = "Percent"
)

// units are the metrics that functions write, with their units. Those that
// filters count in log lines and in the audit trail are not among them: they
// would count twice.
var units = map[string]string{
	contract.MetricChatLatency:         unitMilliseconds,
	contract.MetricTimeToFirstResponse: unitMilliseconds,
	contract.MetricRetrievalHits:       unitCount,
	contract.MetricBedrockInvocations:  unitCount,
	contract.MetricBedrockThrottles:    unitCount,
	contract.MetricErrors:              unitCount,
	contract.MetricTenantRequests:      unitCount,
	contract.MetricToolCalls:           unitCount,
	contract.MetricBlockedTurns:        unitCount,
	contract.MetricRefusals:            unitCount,
	contract.MetricDeflections:         unitCount,
	contract.MetricConversations:       unitCount,
	contract.MetricSuggestionsShown:    unitCount,
	contract.MetricSuggestionsAccepted: unitCount,
	contract.MetricDocuments:           unitCount,
	contract.MetricDocumentAge:         unitSeconds,
	contract.MetricEmbeddingCoverage:   unitPercent,
	contract.MetricTokensIn:            unitCount,
	contract.MetricTokensOut:           unitCount,
}

// perTenant are the metrics that exist per tenant too. Each tenant makes each
// of them one metric more to pay for, so they are few.
var perTenant = map[string]bool{
	contract.MetricTenantRequests: true, contract.MetricErrors: true, contract.MetricChatLatency: true,
}

// maxValues is how many values of one metric a line may hold (CloudWatch Logs,
// "Specification: Embedded metric format").
const maxValues = 100

// Value is a measurement, in the unit that contract documents for its metric.
type Value struct {
	Metric string
	Value  float64
}

// Metrics writes metrics as lines in CloudWatch's embedded metric format. It
// may be used concurrently; each line is one write.
type Metrics struct {
	namespace, function, environment string
	level                            string
	now                              func() time.Time

	mu sync.Mutex
	w  io.Writer
}

// NewMetrics returns metrics of function that are written to w. level is the
// function's log level.
func NewMetrics(w io.Writer, namespace, function, environment string, level slog.Level) *Metrics {
	return &Metrics{namespace: namespace, function: function, environment: environment, level: lineLevel(level), now: time.Now, w: w}
}

// lineLevel is the level of lines that Lambda must let through: it drops JSON
// lines below the function's log level, and takes one without a level for INFO
// ("Log-level filtering"). It is FATAL where only errors pass, so that whoever
// looks for ERROR finds errors and no metrics.
func lineLevel(level slog.Level) string {
	switch {
	case level <= slog.LevelInfo:
		return slog.LevelInfo.String()
	case level <= slog.LevelWarn:
		return slog.LevelWarn.String()
	default:
		return "FATAL"
	}
}

// timestampLayout is RFC 3339 in UTC with milliseconds.
const timestampLayout = "2006-01-02T15:04:05.000Z"

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

type definition struct{ Name, Unit string }

// Put writes values that belong together as one line: for all tenants, and
// where there is a tenant, for it too what perTenant names. A metric may stand
// several times. It fails, and writes nothing, for a metric that functions do
// not write, a value that is no finite number, or an invalid tenant id.
func (m *Metrics) Put(ctx context.Context, tenant string, values ...Value) error {
	if len(values) == 0 {
		return nil
	}
	if tenant != "" && !contract.ValidTenantID(tenant) {
		return errors.New("put metrics: the tenant id is not valid")
	}
	line, err := m.line(tenant, values)
	if err != nil {
		return fmt.Errorf("put metrics: %w", err)
	}
	request, trace := ids(ctx)
	setUnlessEmpty(line, contract.LogRequestID, request)
	setUnlessEmpty(line, contract.LogTraceID, trace)
	text, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("put metrics: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.w.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("put metrics: %w", err)
	}
	return nil
}

func setUnlessEmpty(line map[string]any, name, value string) {
	if value != "" {
		line[name] = value
	}
}

// line is the line's members, but for the ids.
func (m *Metrics) line(tenant string, values []Value) (map[string]any, error) {
	now := m.now().UTC()
	line := map[string]any{
		"timestamp": now.Format(timestampLayout), "level": m.level, contract.LogFunction: m.function,
		contract.DimensionEnvironment: m.environment,
	}
	setUnlessEmpty(line, contract.DimensionTenant, tenant)
	all := []string{contract.DimensionEnvironment}
	platform := directive{Namespace: m.namespace, Dimensions: [][]string{all}}
	tenants := directive{Namespace: m.namespace, Dimensions: [][]string{all, {contract.DimensionEnvironment, contract.DimensionTenant}}}
	measured := map[string][]float64{}
	for _, v := range values {
		unit, ok := units[v.Metric]
		if !ok {
			return nil, fmt.Errorf("functions do not write a metric %q", v.Metric)
		}
		if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
			return nil, fmt.Errorf("%s is %v", v.Metric, v.Value)
		}
		if len(measured[v.Metric]) == maxValues {
			return nil, fmt.Errorf("%s has more than %d values", v.Metric, maxValues)
		}
		if measured[v.Metric] = append(measured[v.Metric], v.Value); len(measured[v.Metric]) > 1 {
			continue
		}
		to := &platform
		if tenant != "" && perTenant[v.Metric] {
			to = &tenants
		}
		to.Metrics = append(to.Metrics, definition{v.Metric, unit})
	}
	for name, list := range measured {
		if line[name] = any(list); len(list) == 1 {
			line[name] = list[0]
		}
	}
	var directives []directive
	for _, d := range []directive{platform, tenants} {
		if len(d.Metrics) > 0 {
			directives = append(directives, d)
		}
	}
	line["_aws"] = map[string]any{"Timestamp": now.UnixMilli(), "CloudWatchMetrics": directives}
	return line, nil
}
