package stacks

import (
	"fmt"
	"strings"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// alarmKind is what an alarm is about.
type alarmKind string

// The kinds of alarms; the first four are those that the product promises.
const (
	alarmErrorRate  alarmKind = "error rate"
	alarmLatency    alarmKind = "latency"
	alarmModels     alarmKind = "model throttling"
	alarmSearch     alarmKind = "search health"
	alarmFunctions  alarmKind = "functions"
	alarmDeadLetter alarmKind = "dead letters"
	alarmWorkflow   alarmKind = "workflow"
	alarmTables     alarmKind = "tables"
	alarmSecurity   alarmKind = "security"
)

// alarmSpec is an alarm before it is placed.
type alarmSpec struct {
	ID         string // unique; ends the alarm's name
	Kind       alarmKind
	Means      string // one sentence for whoever is called
	Metrics    []blocks.Metric
	Expression string
	Comparison string
	Threshold  float64
	Periods    int
	Missing    string
	// Because says why missing data is treated so.
	Because string
}

// props is the alarm as it is placed.
func (s alarmSpec) props(o observed) blocks.AlarmProps {
	return blocks.AlarmProps{
		Name: o.cfg.Name(s.ID), Description: s.Means + silenceMeans[s.Missing] + s.Because + ".",
		Metrics: s.Metrics, Expression: s.Expression, Comparison: s.Comparison, Threshold: s.Threshold, Periods: s.Periods,
		Missing: s.Missing, TopicARN: o.orchestration.AlertTopicARN,
	}
}

// silenceMeans says in an alarm's description what is made of missing data.
var silenceMeans = map[string]string{
	blocks.NotBreaching: " No data is no alarm: ",
	blocks.Breaching:    " No data is an alarm: ",
	blocks.Ignore:       " No data changes nothing: ",
}

// alarmSpecs are all alarms.
func alarmSpecs(o observed) []alarmSpec {
	var all []alarmSpec
	for _, specs := range [][]alarmSpec{
		rateAlarms(o), latencyAlarms(o), modelAlarms(o), searchAlarms(o), functionAlarms(o), deadLetterAlarms(o), workflowAlarms(o), tableAlarms(o), securityAlarms(o),
	} {
		all = append(all, specs...)
	}
	return all
}

// fiveMinutes is the window of alarms whose window is not configuration.
const fiveMinutes = 300

// window is the window of the error rates and of the latency. It is one period,
// not several of a minute: in five quiet minutes with a failure every other
// minute no single minute need stand out, but the rate over them does.
func (o observed) window() int { return 60 * o.cfg.Alarms.EvaluationMinutes }

func rateAlarms(o observed) []alarmSpec {
	limit, window := o.cfg.Alarms.ErrorRatePercent, o.window()
	rate := func(id, what string, errors, requests blocks.Metric) alarmSpec {
		return alarmSpec{
			ID: id, Kind: alarmErrorRate, Means: fmt.Sprintf("More than %g %% of %s failed in %d minutes.", limit, what, o.cfg.Alarms.EvaluationMinutes),
			Metrics: []blocks.Metric{errors.As("errors"), requests.As("requests")}, Expression: percentOf("errors", "requests"),
			Threshold: limit, Periods: 1, Missing: blocks.NotBreaching, Because: "without requests nothing failed",
		}
	}
	socket := rate("websocket-error-rate", "WebSocket messages", o.webSocket("ExecutionError", "Sum", window), o.webSocket("MessageCount", "Sum", window))
	socket.Metrics = append(socket.Metrics, o.webSocket("IntegrationError", "Sum", window).As("integration"), o.webSocket("ConnectCount", "Sum", window).As("connects"))
	socket.Expression = "IF(SUM([requests, connects]) > 0, 100 * SUM([errors, integration]) / SUM([requests, connects]), 0)"
	return []alarmSpec{
		rate("error-rate", "requests", o.platform(contract.MetricErrors, "Sum", window), o.platform(contract.MetricTenantRequests, "Sum", window)),
		// What the functions can't count themselves: crashes, timeouts, refused invocations.
		rate("api-5xx-rate", "REST requests", o.rest("5XXError", "Sum", window), o.rest("Count", "Sum", window)),
		socket,
	}
}

func latencyAlarms(o observed) []alarmSpec {
	seconds := o.cfg.Alarms.LatencyP99Seconds
	return []alarmSpec{{
		ID: "chat-latency-p99", Kind: alarmLatency,
		Means:   fmt.Sprintf("One chat answer in a hundred took longer than %g seconds in %d minutes.", seconds, o.cfg.Alarms.EvaluationMinutes),
		Metrics: []blocks.Metric{o.platform(contract.MetricChatLatency, "p99", o.window())},
		// The metric is in milliseconds.
		Threshold: seconds * 1000, Periods: 1, Missing: blocks.NotBreaching, Because: "nobody waited for an answer",
	}}
}

// modelAlarms are of any throttling: no environment can ask for less.
func modelAlarms(o observed) []alarmSpec {
	specs := []alarmSpec{{
		ID: "bedrock-throttles", Kind: alarmModels, Means: "Bedrock throttled calls of the functions in five minutes.",
		Metrics:   []blocks.Metric{o.platform(contract.MetricBedrockThrottles, "Sum", fiveMinutes)},
		Threshold: 0, Periods: 1, Missing: blocks.NotBreaching, Because: "the functions count only what was throttled",
	}}
	for _, m := range o.models() {
		// As Bedrock counts it, calls of tenants' agents included.
		spec := alarmSpec{
			ID: "bedrock-throttles-" + m.Name, Kind: alarmModels, Means: fmt.Sprintf("Bedrock throttled calls of %s in five minutes.", m.Name),
			Threshold: 0, Periods: 1, Missing: blocks.NotBreaching, Because: "Bedrock counts only what was throttled",
		}
		var ids []string
		for i, id := range modelDimensions(m) {
			name := fmt.Sprintf("m%d", i)
			spec.Metrics, ids = append(spec.Metrics, modelMetric(id, "InvocationThrottles", fiveMinutes).As(name)), append(ids, name)
		}
		if len(ids) > 1 {
			spec.Expression = sumOf(ids)
		}
		specs = append(specs, spec)
	}
	return specs
}

// sumOf adds up metrics by their ids. Unlike "+", SUM passes over those without data.
func sumOf(ids []string) string { return "SUM([" + strings.Join(ids, ", ") + "])" }
