package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
)

// Metric is a CloudWatch metric and how it is summed up over a period.
type Metric struct {
	ID         string // of the query, when an expression names it; lower case first
	Namespace  string
	Name       string
	Dimensions map[string]string // values may hold tokens
	Stat       string            // as in "Sum" or "p99"
	PeriodSec  int
}

// AlarmProps is an alarm on one metric, or on an expression over several.
type AlarmProps struct {
	Name        string
	Description string
	Metrics     []Metric
	Expression  string // over the ids of Metrics; empty for an alarm on the one metric
	Comparison  string // "GreaterThanThreshold" unless given
	Threshold   float64
	Periods     int // that must breach, one after the other
	// Missing is what no data means: "notBreaching" unless given.
	Missing  string
	TopicARN *string // told when the alarm goes on, and when it goes off
}

// NewAlarm makes an alarm with a notification.
func NewAlarm(scope constructs.Construct, id string, props AlarmProps) cloudwatchmetricalarm.CloudwatchMetricAlarm {
	require(given(props.TopicARN), scope, id, "an alarm needs a topic to notify: TopicARN is not set")
	require(len(props.Metrics) > 0, scope, id, "an alarm needs a metric")
	require(props.Expression != "" || len(props.Metrics) == 1, scope, id, "an alarm on %d metrics needs an expression over them", len(props.Metrics))
	require(props.Periods > 0, scope, id, "an alarm looks at one period or more")
	config := &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmName: jsii.String(props.Name), AlarmDescription: jsii.String(props.Description),
		ComparisonOperator: jsii.String(or(props.Comparison, "GreaterThanThreshold")), Threshold: jsii.Number(props.Threshold),
		EvaluationPeriods: jsii.Number(props.Periods), DatapointsToAlarm: jsii.Number(props.Periods),
		TreatMissingData: jsii.String(or(props.Missing, "notBreaching")),
		AlarmActions:     &[]*string{props.TopicARN}, OkActions: &[]*string{props.TopicARN},
	}
	if props.Expression == "" {
		m := props.Metrics[0]
		config.Namespace, config.MetricName, config.Dimensions = jsii.String(m.Namespace), jsii.String(m.Name), dimensions(m)
		config.Period = jsii.Number(m.PeriodSec)
		// Percentiles are "extended" statistics to this API.
		if m.Stat[0] == 'p' {
			config.ExtendedStatistic = jsii.String(m.Stat)
		} else {
			config.Statistic = jsii.String(m.Stat)
		}
	} else {
		config.MetricQuery = queries(props)
	}
	return cloudwatchmetricalarm.NewCloudwatchMetricAlarm(scope, jsii.String(id), config)
}

func queries(props AlarmProps) []cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery {
	all := []cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{{
		Id: jsii.String("result"), Expression: jsii.String(props.Expression), Label: jsii.String(props.Description), ReturnData: true,
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

func dimensions(m Metric) *map[string]*string {
	if len(m.Dimensions) == 0 {
		return nil
	}
	d := map[string]*string{}
	for k, v := range m.Dimensions {
		d[k] = jsii.String(v)
	}
	return &d
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
