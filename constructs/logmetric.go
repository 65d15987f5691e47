package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogmetricfilter"
)

// LogMetricProps is a metric that CloudWatch Logs counts in a log group.
type LogMetricProps struct {
	Name     string // of the filter
	LogGroup *string
	// Pattern picks the lines, in the syntax of CloudWatch Logs: 1024 characters at most.
	Pattern   string
	Namespace string
	Metric    string
	// Value is what a line adds: "1" unless given, or a field of the line, as in "$.tokens".
	Value string
	// Dimensions are values out of the line, as in "$.modelId". A metric that
	// has some has no zeros: it is there only where a line matched.
	Dimensions map[string]string
}

// NewLogMetric counts a metric in a log group.
func NewLogMetric(scope constructs.Construct, id string, props LogMetricProps) cloudwatchlogmetricfilter.CloudwatchLogMetricFilter {
	require(given(props.LogGroup), scope, id, "a metric filter needs a log group")
	require(props.Pattern != "" && len(props.Pattern) <= 1024, scope, id, "a filter pattern has 1 to 1024 characters, not %d", len(props.Pattern))
	require(len(props.Dimensions) <= 3, scope, id, "a metric filter has at most 3 dimensions, not %d", len(props.Dimensions))
	to := &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterMetricTransformation{
		Namespace: jsii.String(props.Namespace), Name: jsii.String(props.Metric), Value: jsii.String(or(props.Value, "1")), Unit: jsii.String("Count"),
	}
	if len(props.Dimensions) > 0 {
		to.Dimensions = dimensions(Metric{Dimensions: props.Dimensions})
	} else {
		to.DefaultValue = jsii.String("0")
	}
	return cloudwatchlogmetricfilter.NewCloudwatchLogMetricFilter(scope, jsii.String(id), &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterConfig{
		Name: jsii.String(props.Name), LogGroupName: props.LogGroup, Pattern: jsii.String(props.Pattern), MetricTransformation: to,
	})
}
