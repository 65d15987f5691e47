package constructs

import (
	"regexp"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
)

// Comparisons of an alarm's metric with its threshold.
const (
	Above   = "GreaterThanThreshold"
	AtLeast = "GreaterThanOrEqualToThreshold"
	Below   = "LessThanThreshold"
)

// What an alarm makes of periods without data.
const (
	NotBreaching = "notBreaching" // silence is good news
	Breaching    = "breaching"    // silence is the failure
	Ignore       = "ignore"       // silence says nothing: the state stays
)

// AlarmProps is an alarm on one metric, or on an expression over several.
type AlarmProps struct {
	Name        string
	Description string // what it means for whoever is called
	Metrics     []Metric
	Expression  string // over the ids of Metrics; empty for an alarm on the one metric
	Comparison  string // Above unless given
	Threshold   float64
	Periods     int // that must breach, one after the other
	// Missing is what no data means: NotBreaching unless given.
	Missing  string
	TopicARN *string // told when the alarm goes on, and when it goes off
}

// alarmMetrics is how many metrics the expression of an alarm may name
// (CloudWatch: PutMetricAlarm).
const alarmMetrics = 10

var (
	queryID       = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)
	standardStats = []string{"SampleCount", "Average", "Sum", "Minimum", "Maximum"}
)

// NewAlarm makes an alarm with a notification.
func NewAlarm(scope constructs.Construct, id string, props AlarmProps) cloudwatchmetricalarm.CloudwatchMetricAlarm {
	checkAlarm(scope, id, props)
	config := &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmName: jsii.String(props.Name), AlarmDescription: jsii.String(props.Description), ActionsEnabled: true,
		ComparisonOperator: jsii.String(or(props.Comparison, Above)), Threshold: jsii.Number(props.Threshold),
		EvaluationPeriods: jsii.Number(props.Periods), DatapointsToAlarm: jsii.Number(props.Periods),
		TreatMissingData: jsii.String(or(props.Missing, NotBreaching)),
		AlarmActions:     &[]*string{props.TopicARN}, OkActions: &[]*string{props.TopicARN},
	}
	if props.Expression == "" {
		m := props.Metrics[0]
		config.Namespace, config.MetricName, config.Dimensions = jsii.String(m.Namespace), jsii.String(m.Name), dimensions(m)
		config.Period = jsii.Number(m.PeriodSec)
		// Percentiles and trimmed means are "extended" statistics to this API.
		if slices.Contains(standardStats, m.Stat) {
			config.Statistic = jsii.String(m.Stat)
		} else {
			config.ExtendedStatistic = jsii.String(m.Stat)
		}
	} else {
		config.MetricQuery = queries(props)
	}
	return cloudwatchmetricalarm.NewCloudwatchMetricAlarm(scope, jsii.String(id), config)
}

func checkAlarm(scope constructs.Construct, id string, props AlarmProps) {
	require(given(props.TopicARN), scope, id, "an alarm needs a topic to notify: TopicARN is not set")
	require(props.Description != "", scope, id, "an alarm needs a description: whoever it calls reads nothing else")
	require(len(props.Metrics) > 0, scope, id, "an alarm needs a metric")
	require(props.Expression != "" || len(props.Metrics) == 1, scope, id, "an alarm on %d metrics needs an expression over them", len(props.Metrics))
	require(len(props.Metrics) <= alarmMetrics, scope, id, "an alarm's expression names at most %d metrics, not %d", alarmMetrics, len(props.Metrics))
	require(props.Periods > 0, scope, id, "an alarm looks at one period or more")
	require(slices.Contains([]string{"", NotBreaching, Breaching, Ignore}, props.Missing), scope, id, "missing data is %q", props.Missing)
	for _, m := range props.Metrics {
		require(m.Stat != "", scope, id, "the metric %s needs a statistic", m.Name)
		require(m.PeriodSec >= 60 && m.PeriodSec%60 == 0, scope, id, "the period of %s is a multiple of 60 seconds, not %d", m.Name, m.PeriodSec)
		require(props.Expression == "" || queryID.MatchString(m.ID), scope, id, "an expression can't name %s: its id is %q", m.Name, m.ID)
		// Longer windows are refused (CloudWatch: PutMetricAlarm).
		require(m.PeriodSec*props.Periods <= 24*60*60, scope, id, "the periods of %s add up to more than a day", m.Name)
	}
}

func queries(props AlarmProps) []cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery {
	all := []cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{{
		Id: jsii.String("result"), Expression: jsii.String(props.Expression), Label: jsii.String(props.Name), ReturnData: true,
	}}
	for _, m := range props.Metrics {
		all = append(all, cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{
			Id: jsii.String(m.ID), ReturnData: false,
			Metric: &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQueryMetric{
				Namespace: jsii.String(m.Namespace), MetricName: jsii.String(m.Name), Dimensions: dimensions(m),
				Stat: jsii.String(m.Stat), Period: jsii.Number(m.PeriodSec),
			},
		})
	}
	return all
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
