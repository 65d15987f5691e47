package constructs

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/test/synth"
)

func alarmOf(t *testing.T, props AlarmProps) synth.Resource {
	t.Helper()
	return synth.Documents(t, func(app cdktf.App) {
		NewAlarm(awsStack(app), "alarm", props)
	})["s"].One(t, "aws_cloudwatch_metric_alarm", "alarm")
}

func errorsMetric() Metric { return Metric{Namespace: "N", Name: "Errors", Stat: "Sum", PeriodSec: 60} }

func TestAlarmWithFewestProps(t *testing.T) {
	got := alarmOf(t, AlarmProps{Name: "n", Description: "d", Metrics: []Metric{errorsMetric()}, Periods: 2, TopicARN: jsii.String("topic")}).Attributes
	delete(got, "//")
	want := map[string]any{
		"alarm_name": "n", "alarm_description": "d", "actions_enabled": true, "alarm_actions": []any{"topic"}, "ok_actions": []any{"topic"},
		"comparison_operator": "GreaterThanThreshold", "threshold": 0.0, "evaluation_periods": 2.0, "datapoints_to_alarm": 2.0, "treat_missing_data": "notBreaching",
		"namespace": "N", "metric_name": "Errors", "statistic": "Sum", "period": 60.0,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("alarm (-want +got):\n%s", d)
	}
}

func TestAlarmOnAnExpression(t *testing.T) {
	m := errorsMetric()
	m.Dimensions = map[string]string{"A": "b"}
	got := alarmOf(t, AlarmProps{
		Name: "n", Description: "d", Metrics: []Metric{m.As("e"), m.As("f")}, Expression: "e / f", Comparison: Below, Threshold: 0.5, Periods: 3,
		Missing: Breaching, TopicARN: jsii.String("topic"),
	})
	part := func(id string) any {
		return map[string]any{"id": id, "return_data": false, "metric": map[string]any{
			"namespace": "N", "metric_name": "Errors", "stat": "Sum", "period": 60.0, "dimensions": map[string]any{"A": "b"},
		}}
	}
	want := []any{map[string]any{"id": "result", "expression": "e / f", "label": "n", "return_data": true}, part("e"), part("f")}
	if d := cmp.Diff(any(want), got.Get("metric_query")); d != "" {
		t.Errorf("queries (-want +got):\n%s", d)
	}
	if got.Get("comparison_operator") != "LessThanThreshold" || got.Get("threshold") != 0.5 || got.Get("treat_missing_data") != "breaching" || got.Get("metric_name") != nil {
		t.Errorf("alarm %v", got.Attributes)
	}
}

func TestAlarmOnAPercentile(t *testing.T) {
	m := errorsMetric()
	m.Stat = "p99"
	got := alarmOf(t, AlarmProps{Name: "n", Description: "d", Metrics: []Metric{m}, Periods: 1, TopicARN: jsii.String("topic")})
	if got.Get("extended_statistic") != "p99" || got.Get("statistic") != nil {
		t.Errorf("statistic %v, extended %v", got.Get("statistic"), got.Get("extended_statistic"))
	}
}

func TestAlarmMisuse(t *testing.T) {
	eleven := make([]Metric, 11)
	for i := range eleven {
		eleven[i] = errorsMetric().As("m")
	}
	tests := map[string]struct {
		change func(*AlarmProps)
		says   string
	}{
		"no topic":            {func(p *AlarmProps) { p.TopicARN = nil }, "TopicARN"},
		"no description":      {func(p *AlarmProps) { p.Description = "" }, "description"},
		"no metric":           {func(p *AlarmProps) { p.Metrics = nil }, "metric"},
		"two metrics":         {func(p *AlarmProps) { p.Metrics = append(p.Metrics, p.Metrics[0]) }, "expression"},
		"eleven metrics":      {func(p *AlarmProps) { p.Metrics, p.Expression = eleven, "SUM(METRICS())" }, "at most 10 metrics, not 11"},
		"no period":           {func(p *AlarmProps) { p.Periods = 0 }, "one period"},
		"no statistic":        {func(p *AlarmProps) { p.Metrics[0].Stat = "" }, "statistic"},
		"half a minute":       {func(p *AlarmProps) { p.Metrics[0].PeriodSec = 30 }, "multiple of 60 seconds, not 30"},
		"two days":            {func(p *AlarmProps) { p.Metrics[0].PeriodSec, p.Periods = 3600, 48 }, "more than a day"},
		"unnameable metric":   {func(p *AlarmProps) { p.Metrics[0].ID, p.Expression = "E", "E" }, `"E"`},
		"unknown missing way": {func(p *AlarmProps) { p.Missing = "ok" }, `"ok"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			props := AlarmProps{Name: "n", Description: "d", Metrics: []Metric{errorsMetric()}, Periods: 1, TopicARN: jsii.String("topic")}
			tt.change(&props)
			expectMisuse(t, tt.says, func(stack cdktf.TerraformStack) { NewAlarm(stack, "alarm", props) })
		})
	}
}

// awsStack is an empty stack with the provider that synthesis asks for.
func awsStack(app cdktf.App) cdktf.TerraformStack {
	stack := cdktf.NewTerraformStack(app, jsii.String("s"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("eu-central-1")})
	return stack
}

// expectMisuse wants make to panic with a *UsageError that names the construct
// "alarm", "dashboard", "trail" or the like below the stack, and says so.
func expectMisuse(t *testing.T, says string, make func(cdktf.TerraformStack)) {
	t.Helper()
	defer func() {
		t.Helper()
		err, _ := recover().(error)
		var usage *UsageError
		if !errors.As(err, &usage) {
			t.Fatalf("no usage error but %v", err)
		}
		if !strings.HasPrefix(usage.Path, "s/") || !strings.Contains(usage.Message, says) {
			t.Errorf("%v does not say %q", usage, says)
		}
	}()
	make(awsStack(cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())})))
}
