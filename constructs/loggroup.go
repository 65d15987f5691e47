package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
)

// NewLogGroup makes a log group with a retention in days (one that CloudWatch
// Logs takes), encrypted with the platform's key.
func NewLogGroup(scope constructs.Construct, id, name string, keyARN *string, retentionDays int) cloudwatchloggroup.CloudwatchLogGroup {
	require(given(keyARN), scope, id, "a log group needs a customer-managed key")
	require(retentionDays > 0, scope, id, "a log group needs a retention")
	return cloudwatchloggroup.NewCloudwatchLogGroup(scope, jsii.String(id), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name: jsii.String(name), KmsKeyId: keyARN, RetentionInDays: jsii.Number(retentionDays),
	})
}
