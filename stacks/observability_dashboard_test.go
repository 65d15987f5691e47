package stacks

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

func widgetsOf(t *testing.T, cfg envs.Config) []any {
	t.Helper()
	dashboard := observabilityOf(t, cfg).One(t, "aws_cloudwatch_dashboard", "overview")
	if dashboard.Get("dashboard_name") != cfg.Name("platform") {
		t.Errorf("the dashboard is called %v", dashboard.Get("dashboard_name"))
	}
	widgets, _ := dashboard.JSON(t, "dashboard_body")["widgets"].([]any)
	if len(widgets) == 0 {
		t.Fatal("the dashboard is empty")
	}
	return widgets
}

func titled(t *testing.T, widgets []any, title string) any {
	t.Helper()
	i := slices.IndexFunc(widgets, func(w any) bool { return synth.Get(w, "properties", "title") == title })
	if i < 0 {
		t.Fatalf("no widget %q", title)
	}
	return widgets[i]
}

func TestObservabilityDashboardGrid(t *testing.T) {
	for name, cfg := range environments(t) {
		t.Run(name, func(t *testing.T) {
			taken := map[[2]int]any{}
			for _, w := range widgetsOf(t, cfg) {
				at := func(name string) int { f, _ := synth.Get(w, name).(float64); return int(f) }
				title := synth.Get(w, "properties", "title")
				if at("width") < 1 || at("height") < 1 || at("x") < 0 || at("x")+at("width") > 24 {
					t.Errorf("%v is at %d, %d wide, %d high", title, at("x"), at("width"), at("height"))
				}
				for x := at("x"); x < at("x")+at("width"); x++ {
					for y := at("y"); y < at("y")+at("height"); y++ {
						if other, ok := taken[[2]int{x, y}]; ok {
							t.Fatalf("%v lies over %v at %d, %d", title, other, x, y)
						}
						taken[[2]int{x, y}] = title
					}
				}
				if synth.Get(w, "type") == "metric" && (synth.Get(w, "properties", "region") != cfg.Account.Region || synth.Get(w, "properties", "period") != float64(cfg.Alarms.DashboardPeriodSec)) {
					t.Errorf("%v: region %v, period %v", title, synth.Get(w, "properties", "region"), synth.Get(w, "properties", "period"))
				}
			}
		})
	}
}

// contractMetrics are the constants Metric... of the contract.
func contractMetrics(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../contract/metrics.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	metrics := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && strings.HasPrefix(spec.Names[0].Name, "Metric") && spec.Names[0].Name != "MetricNamespace" {
			metrics[spec.Names[0].Name], _ = strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		}
		return true
	})
	return metrics
}

// Every metric of the contract is shown, in the namespace and with the
// dimension that it is published under.
func TestObservabilityDashboardShowsEveryMetric(t *testing.T) {
	cfg := loadEnv(t, "prod")
	shown := map[string]bool{}
	for _, w := range widgetsOf(t, cfg) {
		rows, _ := synth.Get(w, "properties", "metrics").([]any)
		for _, row := range rows {
			cells, _ := row.([]any)
			switch {
			case len(cells) == 5 && cells[0] == "FlowOps" && cells[2] == "Environment" && cells[3] == "prod", len(cells) == 3 && cells[0] == "FlowOps/prod":
				shown[fmt.Sprint(cells[1])] = true
			case len(cells) > 1 && strings.HasPrefix(fmt.Sprint(cells[0]), "FlowOps"):
				t.Errorf("%v: not how the metric is published", cells)
			}
		}
	}
	metrics := contractMetrics(t)
	if len(metrics) < 23 {
		t.Fatalf("only %d metrics in the contract", len(metrics))
	}
	for constant, name := range metrics {
		if !shown[name] {
			t.Errorf("%s (%s) is not on the dashboard", name, constant)
		}
	}
}

// seriesOf are the series of a widget as text: namespace, name and statistic,
// or the expression.
func seriesOf(w any) []string {
	var series []string
	rows, _ := synth.Get(w, "properties", "metrics").([]any)
	for _, row := range rows {
		cells, _ := row.([]any)
		options := cells[len(cells)-1]
		if e := synth.Get(options, "expression"); e != nil {
			series = append(series, fmt.Sprint(e))
			continue
		}
		series = append(series, fmt.Sprint(cells[0], " ", cells[1], " ", synth.Get(options, "stat")))
	}
	return series
}

func TestObservabilityDashboardWidgets(t *testing.T) {
	cfg := loadEnv(t, "dev")
	widgets := widgetsOf(t, cfg)
	rate := "IF(whole > 0, 100 * FILL(part, 0) / whole, 0)"
	for title, want := range map[string][]string{
		"Chat latency":                {"FlowOps ChatLatency p50", "FlowOps ChatLatency p95", "FlowOps ChatLatency p99"},
		"Time to first response":      {"FlowOps TimeToFirstResponse p95"},
		"Error rate":                  {"FlowOps Errors Sum", "FlowOps TenantRequestCount Sum", rate},
		"Deflection":                  {"FlowOps Deflections Sum", "FlowOps Conversations Sum", rate},
		"Suggestions":                 {"FlowOps SuggestionsAccepted Sum", "FlowOps SuggestionsShown Sum", rate},
		"Retrieval":                   {"FlowOps RAGRetrievalHits Sum", "FlowOps Refusals Sum", "FlowOps BlockedTurns Sum", "FlowOps ToolCalls Sum"},
		"Bedrock invocations":         {"FlowOps BedrockInvocations Sum", "AWS/Bedrock Invocations Sum"},
		"Bedrock throttles":           {"FlowOps BedrockThrottles Sum", "AWS/Bedrock InvocationThrottles Sum"},
		"Tokens":                      {"FlowOps InputTokens Sum", "FlowOps OutputTokens Sum", "AWS/Bedrock InputTokenCount Sum", "AWS/Bedrock OutputTokenCount Sum"},
		"Ingestions":                  {"AWS/States ExecutionsSucceeded Sum", "AWS/States ExecutionsFailed Sum"},
		"Documents":                   {"FlowOps DocumentCount Maximum"},
		"Freshness":                   {"FlowOps DocumentFreshness Maximum"},
		"Embedding coverage":          {"FlowOps EmbeddingCoverage Minimum"},
		"Dead letters":                {"AWS/SQS ApproximateNumberOfMessagesVisible Maximum"},
		"Crashes and timeouts":        {"AWS/Lambda Errors Sum"},
		"Search health":               {"AWS/ES ClusterStatus.red Maximum", "AWS/ES ClusterStatus.yellow Maximum"},
		"Search load":                 {"AWS/ES CPUUtilization Maximum", "AWS/ES JVMMemoryPressure Maximum"},
		"Search storage":              {"AWS/ES FreeStorageSpace Minimum"},
		"REST requests":               {"AWS/ApiGateway Count Sum", "AWS/ApiGateway 4XXError Sum", "AWS/ApiGateway 5XXError Sum"},
		"WebSocket":                   {"AWS/ApiGateway ConnectCount Sum", "AWS/ApiGateway MessageCount Sum", "AWS/ApiGateway ExecutionError Sum"},
		"Throttled table operations":  {"AWS/DynamoDB ReadThrottleEvents Sum", "AWS/DynamoDB WriteThrottleEvents Sum"},
		"Requests by tenant":          {`SORT(SEARCH('{FlowOps,Environment,TenantId} MetricName="TenantRequestCount" Environment="dev"', 'Sum', 300), SUM, DESC, 20)`},
		"Chat latency by tenant, p99": {`SORT(SEARCH('{FlowOps,Environment,TenantId} MetricName="ChatLatency" Environment="dev"', 'p99', 300), SUM, DESC, 20)`},
		"Logged tokens, agents included": {
			`SEARCH('{FlowOps/dev,Model} MetricName="InputTokens"', 'Sum', 300)`, `SEARCH('{FlowOps/dev,Model} MetricName="OutputTokens"', 'Sum', 300)`,
		},
		"Logged model calls, agents included": {`SEARCH('{FlowOps/dev,Model} MetricName="BedrockInvocations"', 'Sum', 300)`},
	} {
		got := seriesOf(titled(t, widgets, title))
		for _, s := range want {
			if !slices.Contains(got, s) {
				t.Errorf("%s does not show %s but %v", title, s, got)
			}
		}
	}
	// Terraform turns "$${" into the "${" that CloudWatch fills in.
	if label := synth.Get(titled(t, widgets, "Requests by tenant"), "properties", "metrics", 0, 0, "label"); label != "$${PROP('Dim.TenantId')}" {
		t.Errorf("tenants are labelled %v", label)
	}
	if n := len(seriesOf(titled(t, widgets, "Dead letters"))); n != 10 {
		t.Errorf("%d dead-letter queues, want those of 9 functions and of the events", n)
	}
}

// What a graph shows as the alarm's threshold is where the alarm fires.
func TestObservabilityDashboardThresholds(t *testing.T) {
	cfg := strict(t)
	widgets := widgetsOf(t, cfg)
	for title, want := range map[string]float64{"Chat latency": 2500, "Error rate": 0.37, "Dead letters": 4, "Search storage": 5555} {
		got := synth.Get(titled(t, widgets, title), "properties", "annotations", "horizontal", 0, "value")
		if got != want {
			t.Errorf("%s: line at %v, want %v", title, got, want)
		}
	}
}

func TestObservabilityDashboardShowsEveryAlarm(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := observabilityOf(t, cfg)
	widgets, _ := d.One(t, "aws_cloudwatch_dashboard", "overview").JSON(t, "dashboard_body")["widgets"].([]any)
	w := titled(t, widgets, "Alarms")
	listed := texts(synth.Get(w, "properties", "alarms"))
	if synth.Get(w, "type") != "alarm" || len(listed) > 100 {
		t.Errorf("type %v with %d alarms; CloudWatch shows 100", synth.Get(w, "type"), len(listed))
	}
	for _, a := range d.Resources("aws_cloudwatch_metric_alarm") {
		if !slices.Contains(listed, "${aws_cloudwatch_metric_alarm."+a.Name+".arn}") {
			t.Errorf("%v is not on the dashboard", a.Get("alarm_name"))
		}
	}
}
