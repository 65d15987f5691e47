package stacks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

// alarmsOf are the synthesized alarms by what their names end in.
func alarmsOf(t *testing.T, cfg envs.Config) map[string]synth.Resource {
	t.Helper()
	alarms := map[string]synth.Resource{}
	for _, a := range observabilityOf(t, cfg).Resources("aws_cloudwatch_metric_alarm") {
		name, _ := a.Get("alarm_name").(string)
		id, ok := strings.CutPrefix(name, cfg.Prefix()+"-")
		if _, twice := alarms[id]; !ok || twice || len(name) > 255 {
			t.Errorf("%s is called %q", a.Path, name)
		}
		alarms[id] = a
	}
	return alarms
}

// strict is a configuration whose every threshold is unlike that of any
// checked-in environment, so that a value written into the code shows.
func strict(t *testing.T) envs.Config {
	cfg := loadEnv(t, "prod")
	cfg.Alarms.ErrorRatePercent, cfg.Alarms.LatencyP99Seconds, cfg.Alarms.EvaluationMinutes = 0.37, 2.5, 4
	cfg.Alarms.DeadLetters, cfg.Alarms.FreeStorageMiB = 4, 5555
	if problems := cfg.Validate(); problems != nil {
		t.Fatal(problems)
	}
	return cfg
}

func environments(t *testing.T) map[string]envs.Config {
	return map[string]envs.Config{"dev": loadEnv(t, "dev"), "prod": loadEnv(t, "prod"), "strict": strict(t)}
}

// Property 13, on the checked-in environments and a stricter one: each of the
// four kinds has an alarm at the configured threshold that notifies.
func TestObservabilityPromisedAlarms(t *testing.T) {
	for name, cfg := range environments(t) {
		t.Run(name, func(t *testing.T) {
			alarms, o := alarmsOf(t, cfg), observedIn(cfg)
			window, limits := float64(60*cfg.Alarms.EvaluationMinutes), cfg.Alarms
			fires := func(id, comparison string, threshold float64) synth.Resource {
				t.Helper()
				a, ok := alarms[id]
				if !ok {
					t.Fatalf("no alarm %s", id)
				}
				if a.Get("comparison_operator") != comparison || a.Get("threshold") != threshold {
					t.Errorf("%s fires when %v %v, want %s %v", id, a.Get("comparison_operator"), a.Get("threshold"), comparison, threshold)
				}
				if diff := cmp.Diff([]string{*o.orchestration.AlertTopicARN}, texts(a.Get("alarm_actions"))); diff != "" {
					t.Errorf("%s notifies (-want +got):\n%s", id, diff)
				}
				return a
			}
			metric := func(a synth.Resource, want map[string]any) {
				t.Helper()
				got := map[string]any{}
				for k := range want {
					got[k] = a.Get(k)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%v (-want +got):\n%s", a.Get("alarm_name"), diff)
				}
			}
			environment := map[string]any{"Environment": cfg.Environment}

			rate := fires("error-rate", "GreaterThanThreshold", limits.ErrorRatePercent)
			want := []any{
				query("result", "IF(requests > 0, 100 * FILL(errors, 0) / requests, 0)", "flowops-"+cfg.Environment+"-error-rate"),
				sumQuery("errors", "FlowOps", "Errors", window, environment), sumQuery("requests", "FlowOps", "TenantRequestCount", window, environment),
			}
			if diff := cmp.Diff(any(want), rate.Get("metric_query")); diff != "" {
				t.Errorf("error rate (-want +got):\n%s", diff)
			}
			if rate.Get("evaluation_periods") != 1.0 {
				t.Errorf("the error rate looks at %v windows", rate.Get("evaluation_periods"))
			}
			stage := map[string]any{"ApiName": *o.api.RestAPIName, "Stage": *o.api.RestStage}
			want = []any{
				query("result", "IF(requests > 0, 100 * FILL(errors, 0) / requests, 0)", "flowops-"+cfg.Environment+"-api-5xx-rate"),
				sumQuery("errors", "AWS/ApiGateway", "5XXError", window, stage), sumQuery("requests", "AWS/ApiGateway", "Count", window, stage),
			}
			if diff := cmp.Diff(any(want), fires("api-5xx-rate", "GreaterThanThreshold", limits.ErrorRatePercent).Get("metric_query")); diff != "" {
				t.Errorf("5xx rate (-want +got):\n%s", diff)
			}
			socket := map[string]any{"ApiId": *o.api.WebSocketAPI, "Stage": *o.api.WebSocketStage}
			if got := fires("websocket-error-rate", "GreaterThanThreshold", limits.ErrorRatePercent).Get("metric_query", 1); !cmp.Equal(got, sumQuery("errors", "AWS/ApiGateway", "ExecutionError", window, socket)) {
				t.Errorf("WebSocket errors: %v", got)
			}

			// The metric is in milliseconds, the configuration in seconds.
			metric(fires("chat-latency-p99", "GreaterThanThreshold", limits.LatencyP99Seconds*1000), map[string]any{
				"namespace": "FlowOps", "metric_name": "ChatLatency", "extended_statistic": "p99", "statistic": nil, "period": window, "dimensions": environment,
				"evaluation_periods": 1.0,
			})

			metric(fires("bedrock-throttles", "GreaterThanThreshold", 0), map[string]any{
				"namespace": "FlowOps", "metric_name": "BedrockThrottles", "statistic": "Sum", "period": 300.0, "dimensions": environment,
			})
			metric(fires("bedrock-throttles-titan-embed-text-v2", "GreaterThanThreshold", 0), map[string]any{
				"namespace": "AWS/Bedrock", "metric_name": "InvocationThrottles", "statistic": "Sum", "dimensions": map[string]any{"ModelId": "amazon.titan-embed-text-v2:0"},
			})
			want = []any{
				query("result", "SUM([m0, m1])", "flowops-"+cfg.Environment+"-bedrock-throttles-claude-sonnet-4-6"),
				sumQuery("m0", "AWS/Bedrock", "InvocationThrottles", 300, map[string]any{"ModelId": "global.anthropic.claude-sonnet-4-6"}),
				sumQuery("m1", "AWS/Bedrock", "InvocationThrottles", 300, map[string]any{"ModelId": "anthropic.claude-sonnet-4-6"}),
			}
			if diff := cmp.Diff(any(want), fires("bedrock-throttles-claude-sonnet-4-6", "GreaterThanThreshold", 0).Get("metric_query")); diff != "" {
				t.Errorf("throttled generation (-want +got):\n%s", diff)
			}

			domain := map[string]any{"DomainName": *o.data.SearchDomain, "ClientId": cfg.Account.ID}
			for id, name := range map[string]string{"search-red": "ClusterStatus.red", "search-yellow": "ClusterStatus.yellow"} {
				metric(fires(id, "GreaterThanOrEqualToThreshold", 1), map[string]any{
					"namespace": "AWS/ES", "metric_name": name, "statistic": "Maximum", "period": 60.0, "dimensions": domain,
				})
			}
			metric(fires("search-storage", "LessThanThreshold", float64(limits.FreeStorageMiB)), map[string]any{"metric_name": "FreeStorageSpace", "statistic": "Minimum", "dimensions": domain})
			nodes := cfg.Search.InstanceCount + cfg.Search.MasterCount
			metric(fires("search-nodes", "LessThanThreshold", float64(nodes)), map[string]any{"metric_name": "Nodes", "statistic": "Minimum", "treat_missing_data": "breaching"})
			metric(fires("search-jvm", "GreaterThanOrEqualToThreshold", 95), map[string]any{"metric_name": "JVMMemoryPressure", "dimensions": domain})
			metric(fires("search-key-error", "GreaterThanOrEqualToThreshold", 1), map[string]any{"metric_name": "KMSKeyError", "dimensions": domain})
			metric(fires("search-key-inaccessible", "GreaterThanOrEqualToThreshold", 1), map[string]any{"metric_name": "KMSKeyInaccessible", "dimensions": domain})
			metric(fires("search-writes-blocked", "GreaterThanOrEqualToThreshold", 1), map[string]any{"metric_name": "ClusterIndexWritesBlocked", "dimensions": domain})
			if _, ok := alarms["search-masters"]; ok != (cfg.Search.MasterCount > 0) {
				t.Errorf("alarm on dedicated masters: %v, with %d of them", ok, cfg.Search.MasterCount)
			}
			if cfg.Search.MasterCount > 0 {
				metric(fires("search-masters", "LessThanThreshold", 1), map[string]any{"metric_name": "MasterReachableFromNode", "statistic": "Maximum", "dimensions": domain})
			}
		})
	}
}

func query(id, expression, label string) map[string]any {
	return map[string]any{"id": id, "expression": expression, "label": label, "return_data": true}
}

func sumQuery(id, namespace, name string, period float64, dimensions map[string]any) map[string]any {
	return map[string]any{"id": id, "return_data": false, "metric": map[string]any{
		"namespace": namespace, "metric_name": name, "stat": "Sum", "period": period, "dimensions": dimensions,
	}}
}

// Every alarm tells somebody, when it goes on and when it goes off, and says
// what it means and what silence means.
func TestObservabilityAlarmsNotify(t *testing.T) {
	for name, cfg := range environments(t) {
		t.Run(name, func(t *testing.T) {
			topic := []string{*observedIn(cfg).orchestration.AlertTopicARN}
			for id, a := range alarmsOf(t, cfg) {
				if a.Get("actions_enabled") != true || !cmp.Equal(texts(a.Get("alarm_actions")), topic) || !cmp.Equal(texts(a.Get("ok_actions")), topic) {
					t.Errorf("%s notifies %v and %v", id, a.Get("alarm_actions"), a.Get("ok_actions"))
				}
				if d, _ := a.Get("alarm_description").(string); len(d) < 40 || len(d) > 1024 {
					t.Errorf("%s: description %q", id, d)
				}
				want := "notBreaching"
				switch {
				case id == "search-nodes":
					want = "breaching" // a silent domain is a dead one
				case strings.HasSuffix(id, "-dead-letters"):
					want = "ignore" // SQS stops reporting on untouched queues
				}
				if a.Get("treat_missing_data") != want {
					t.Errorf("%s: missing data is %v, want %s", id, a.Get("treat_missing_data"), want)
				}
			}
			for _, s := range alarmSpecs(observedIn(cfg)) {
				if s.Because == "" || s.Kind == "" || s.Means == "" || s.Missing == "" {
					t.Errorf("%s does not say what it means: %+v", s.ID, s)
				}
			}
		})
	}
}

func TestObservabilityServiceAlarms(t *testing.T) {
	cfg := strict(t)
	alarms, o := alarmsOf(t, cfg), observedIn(cfg)
	on := func(id, namespace, metric string, threshold, periods float64, dimensions map[string]any) {
		t.Helper()
		a, ok := alarms[id]
		if !ok {
			t.Errorf("no alarm %s", id)
			return
		}
		want := []any{namespace, metric, dimensions, "GreaterThanThreshold", threshold, periods}
		got := []any{a.Get("namespace"), a.Get("metric_name"), a.Get("dimensions"), a.Get("comparison_operator"), a.Get("threshold"), a.Get("evaluation_periods")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
	lost := alarms["dead-letters-lost"]
	for i, f := range o.functions() {
		periods := 1.0
		if f.Function.Name == "document-ingestion" || f.Function.Name == "data-erasure" {
			periods = 3
		}
		of := map[string]any{"FunctionName": *f.FunctionOutputs.Name}
		on(f.Function.Name+"-errors", "AWS/Lambda", "Errors", 0, periods, of)
		on(f.Function.Name+"-throttles", "AWS/Lambda", "Throttles", 0, periods, of)
		on(f.Function.Name+"-dead-letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", 4, 1, map[string]any{"QueueName": *f.DeadLetterQueue})
		if got := lost.Get("metric_query", i+1); !cmp.Equal(got, any(sumQuery(fmt.Sprintf("f%d", i), "AWS/Lambda", "DeadLetterErrors", 300, of))) {
			t.Errorf("lost calls of %s are not watched: %v", f.Function.Name, got)
		}
	}
	if got := lost.Get("metric_query", 0, "expression"); got != "SUM([f0, f1, f2, f3, f4, f5, f6, f7, f8])" {
		t.Errorf("lost calls: %v", got)
	}
	on("events-dead-letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", 4, 1, map[string]any{"QueueName": *o.orchestration.DeadLetterQueue})
	machine := map[string]any{"StateMachineArn": *o.orchestration.StateMachineARN}
	on("ingestion-failed", "AWS/States", "ExecutionsFailed", 0, 1, machine)
	on("ingestion-timed-out", "AWS/States", "ExecutionsTimedOut", 0, 1, machine)
	on("ingestion-aborted", "AWS/States", "ExecutionsAborted", 0, 1, machine)
	erasure := map[string]any{"StateMachineArn": *o.ai.DataMachineARN}
	on("erasure-failed", "AWS/States", "ExecutionsFailed", 0, 1, erasure)
	on("erasure-timed-out", "AWS/States", "ExecutionsTimedOut", 0, 1, erasure)
	on("erasure-aborted", "AWS/States", "ExecutionsAborted", 0, 1, erasure)
}

func TestObservabilityTableAlarms(t *testing.T) {
	cfg := loadEnv(t, "dev")
	alarms, o := alarmsOf(t, cfg), observedIn(cfg)
	for _, table := range o.tables() {
		throttles, failures := alarms[table.Table.Name+"-throttles"], alarms[table.Table.Name+"-failures"]
		want := []any{}
		add := func(dimensions map[string]any) {
			for _, name := range []string{"ReadThrottleEvents", "WriteThrottleEvents"} {
				id := "t"
				if len(want) > 1 {
					id = "i"
				}
				want = append(want, sumQuery(fmt.Sprintf("%s%d", id, len(want)), "AWS/DynamoDB", name, 300, dimensions))
			}
		}
		add(map[string]any{"TableName": table.name()})
		for _, i := range table.Indexes {
			add(map[string]any{"TableName": table.name(), "GlobalSecondaryIndexName": i.Name})
		}
		queries, _ := throttles.Get("metric_query").([]any)
		if diff := cmp.Diff(want, queries[1:]); diff != "" {
			t.Errorf("%s throttles (-want +got):\n%s", table.Table.Name, diff)
		}
		// SystemErrors has no series by table alone.
		queries, _ = failures.Get("metric_query").([]any)
		for _, q := range queries[1:] {
			if synth.Get(q, "metric", "metric_name") != "SystemErrors" || synth.Get(q, "metric", "dimensions", "TableName") != table.name() || synth.Get(q, "metric", "dimensions", "Operation") == nil {
				t.Errorf("%s failures: %v", table.Table.Name, q)
			}
		}
		if len(queries) != 9 {
			t.Errorf("%s failures: %d operations, want 8", table.Table.Name, len(queries)-1)
		}
	}
}

func TestObservabilitySecurityAlarms(t *testing.T) {
	cfg := loadEnv(t, "prod")
	alarms := alarmsOf(t, cfg)
	for id, want := range map[string][]any{
		"security-refused-calls": {"FlowOps/prod", "AuthorizationFailures", nil, 5.0},
		"security-root":          {"FlowOps/prod", "RootUsage", nil, 1.0},
		"security-iam":           {"FlowOps/prod", "IAMChanges", nil, 1.0},
		"security-keys":          {"FlowOps/prod", "KeyChanges", nil, 1.0},
		"security-trail":         {"FlowOps/prod", "TrailChanges", nil, 1.0},
		"security-requests":      {"FlowOps", "SecurityEvents", map[string]any{"Environment": "prod"}, 5.0},
	} {
		a, ok := alarms[id]
		if !ok {
			t.Errorf("no alarm %s", id)
			continue
		}
		got := []any{a.Get("namespace"), a.Get("metric_name"), a.Get("dimensions"), a.Get("threshold")}
		if diff := cmp.Diff(want, got); diff != "" || a.Get("comparison_operator") != "GreaterThanOrEqualToThreshold" || a.Get("statistic") != "Sum" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}
