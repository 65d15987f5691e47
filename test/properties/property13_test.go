package properties

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// Error rate, P99 latency, Bedrock throttling and search health each have an
// alarm with a notification.
func TestProperty13_Alarms(t *testing.T) {
	const kind = "aws_cloudwatch_metric_alarm"
	alarm := func(name, id string, how func(map[string]any)) mutant {
		return change(id+": "+name, stacks.Observability, kind, "alarm-"+id, how)
	}
	var mutants []mutant
	for _, id := range []string{"error-rate", "api-5xx-rate", "websocket-error-rate", "chat-latency-p99", "bedrock-throttles", "bedrock-throttles-titan", "search-red", "search-yellow"} {
		mutants = append(mutants,
			drop(id+": missing", stacks.Observability, kind, "alarm-"+id),
			alarm("other threshold", id, func(a map[string]any) { a["threshold"] = a["threshold"].(float64) + 1 }),
			alarm("tells nobody", id, setting(nil, "alarm_actions")),
			alarm("tells another topic", id, setting([]any{"arn:aws:sns:eu-central-1:111111111111:other"}, "alarm_actions")),
			alarm("switched off", id, setting(false, "actions_enabled")),
			alarm("the other way round", id, setting("LessThanThreshold", "comparison_operator")),
			alarm("after a day", id, setting(float64(1440), "datapoints_to_alarm")))
	}
	mutants = append(mutants,
		alarm("mean", "chat-latency-p99", func(a map[string]any) { delete(a, "extended_statistic"); a["statistic"] = "Average" }),
		alarm("other window", "chat-latency-p99", setting(float64(7200), "period")),
		alarm("errors in all", "error-rate", setting("errors", "metric_query", 0, "expression")),
		alarm("of another environment", "error-rate", setting("other", "metric_query", 1, "metric", "dimensions", "Environment")),
		alarm("of another domain", "search-red", setting("other", "dimensions", "DomainName")))
	prove(t, []string{stacks.Observability}, alarms, mutants...)
}

// wanted is an alarm that must be there.
type wanted struct {
	what, namespace string
	metrics         []string       // all of them
	dimensions      map[string]any // a value, or a list of which each has its metric
	statistic       string
	threshold       float64
	seconds         int // between the begin of the trouble and the alarm; 0 for 5 minutes at the most
	comparison      string
}

func alarms(e environment) []string {
	var p problems
	topic := *stacks.Sample[stacks.OrchestrationOutputs](e.cfg).AlertTopicARN
	api := stacks.Sample[stacks.APIOutputs](e.cfg)
	a := e.cfg.Alarms
	window := 60 * a.EvaluationMinutes
	p.that(a.ErrorRatePercent <= 1 && a.LatencyP99Seconds <= 10 && window <= 300, "the configuration promises less than the product")
	own := map[string]any{contract.DimensionEnvironment: e.cfg.Environment}
	domain := map[string]any{"DomainName": *stacks.Sample[stacks.DataOutputs](e.cfg).SearchDomain, "ClientId": e.cfg.Account.ID}
	list := []wanted{
		{"the error rate", contract.MetricNamespace, []string{contract.MetricErrors, contract.MetricTenantRequests}, own, "Sum", a.ErrorRatePercent, window, "GreaterThanThreshold"},
		{"the REST API's error rate", "AWS/ApiGateway", []string{"5XXError", "Count"}, map[string]any{"ApiName": *api.RestAPIName, "Stage": *api.RestStage}, "Sum", a.ErrorRatePercent, window, "GreaterThanThreshold"},
		{"the WebSocket API's error rate", "AWS/ApiGateway", []string{"ExecutionError", "IntegrationError", "MessageCount"}, map[string]any{"ApiId": *api.WebSocketAPI, "Stage": *api.WebSocketStage}, "Sum", a.ErrorRatePercent, window, "GreaterThanThreshold"},
		{"P99 latency", contract.MetricNamespace, []string{contract.MetricChatLatency}, own, "p99", 1000 * a.LatencyP99Seconds, window, "GreaterThanThreshold"},
		{"Bedrock throttling", contract.MetricNamespace, []string{contract.MetricBedrockThrottles}, own, "Sum", 0, 0, "GreaterThanThreshold"},
		{"search health red", "AWS/ES", []string{"ClusterStatus.red"}, domain, "Maximum", 1, 0, "GreaterThanOrEqualToThreshold"},
		{"search health yellow", "AWS/ES", []string{"ClusterStatus.yellow"}, domain, "Maximum", 1, 0, "GreaterThanOrEqualToThreshold"},
	}
	for _, name := range e.cfg.AI.Models {
		// Bedrock counts a call under the profile that it named or the model behind
		// it: two metrics in one alarm, or one for a model without a profile.
		m, ids := envs.Catalogue()[name], []string{}
		for _, id := range []string{m.Profile, m.ID} {
			if id != "" {
				ids = append(ids, id)
			}
		}
		list = append(list, wanted{"throttling of " + name, "AWS/Bedrock", []string{"InvocationThrottles"}, map[string]any{"ModelId": ids}, "Sum", 0, 0, "GreaterThanThreshold"})
	}
	all := e.docs[stacks.Observability].Resources("aws_cloudwatch_metric_alarm")
	for _, w := range list {
		p.that(slices.ContainsFunc(all, func(r synth.Resource) bool {
			return w.watches(r) && r.Get("actions_enabled") == true && has(r.Get("alarm_actions"), topic)
		}), "no alarm on %s that tells people", w.what)
	}
	return p
}

// watches is whether the alarm is the one that is wanted.
func (w wanted) watches(r synth.Resource) bool {
	threshold, _ := r.Get("threshold").(float64)
	periods, _ := r.Get("evaluation_periods").(float64)
	points, _ := r.Get("datapoints_to_alarm").(float64)
	period, _ := r.Get("period").(float64)
	if math.Abs(threshold-w.threshold) > 1e-9*w.threshold || r.Get("comparison_operator") != w.comparison || points != periods {
		return false
	}
	found, seen := map[string]bool{}, map[string]bool{}
	watch := func(metric any, statistic any) bool {
		name, _ := synth.Get(metric, "metric_name").(string)
		found[name] = true
		for d, value := range w.dimensions {
			if ids, ok := value.([]string); ok {
				id, _ := synth.Get(metric, "dimensions", d).(string)
				seen[id] = true
				if !slices.Contains(ids, id) {
					return false
				}
			} else if synth.Get(metric, "dimensions", d) != value {
				return false
			}
		}
		return synth.Get(metric, "namespace") == w.namespace && statistic == w.statistic
	}
	if queries := list(r.Get("metric_query")); len(queries) > 0 {
		combined := false
		for _, q := range queries {
			if expression, ok := synth.Get(q, "expression").(string); ok {
				// The share of errors among requests, none where there are none.
				combined = synth.Get(q, "return_data") == true && strings.HasPrefix(expression, "IF(") && strings.Contains(expression, "100 * ") && strings.Contains(expression, "/")
				if len(w.metrics) == 1 {
					combined = synth.Get(q, "return_data") == true && strings.HasPrefix(expression, "SUM([")
				}
				continue
			}
			period, _ = synth.Get(q, "metric", "period").(float64)
			if synth.Get(q, "return_data") != false || !watch(synth.Get(q, "metric"), synth.Get(q, "metric", "stat")) {
				return false
			}
		}
		if !combined {
			return false
		}
	} else {
		statistic := r.Get("statistic")
		if statistic == nil {
			statistic = r.Get("extended_statistic")
		}
		if !watch(r.Attributes, statistic) {
			return false
		}
	}
	for _, value := range w.dimensions {
		ids, _ := value.([]string)
		if slices.ContainsFunc(ids, func(id string) bool { return !seen[id] }) {
			return false
		}
	}
	for _, m := range w.metrics {
		if !found[m] {
			return false
		}
	}
	if seconds := int(periods * period); w.seconds == 0 {
		return seconds > 0 && seconds <= 300
	} else {
		return seconds == w.seconds
	}
}
