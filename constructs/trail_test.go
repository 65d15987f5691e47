package constructs

import (
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/test/synth"
)

func trailProps() AuditTrailProps {
	return AuditTrailProps{
		Where: Where{Partition: "aws-cn", Account: "111111111111", Region: "cn-north-1"}, Name: "audit", KeyARN: jsii.String("key"),
		Bucket:        SecureBucketProps{Name: "records", ARN: "arn:aws-cn:s3:::records", AccessLogBucket: jsii.String("access")},
		RetentionDays: 100, LogRetentionDays: 30,
	}
}

func TestTrailWithFewestProps(t *testing.T) {
	d := synth.Documents(t, func(app cdktf.App) {
		NewAuditTrail(awsStack(app), "trail", trailProps())
	})["s"]
	trail := d.One(t, "aws_cloudtrail", "trail/trail")
	for _, on := range []string{"is_multi_region_trail", "enable_log_file_validation", "include_global_service_events", "enable_logging"} {
		if trail.Get(on) != true {
			t.Errorf("%s is %v", on, trail.Get(on))
		}
	}
	if selectors, _ := trail.Get("advanced_event_selector").([]any); len(selectors) != 1 || synth.Get(selectors[0], "field_selector", 0, "equals", 0) != "Management" {
		t.Errorf("records %v", selectors)
	}
	policy, _ := d.One(t, "aws_s3_bucket_policy", "policy").Get("policy").(string)
	for _, part := range []string{"arn:aws-cn:cloudtrail:cn-north-1:111111111111:trail/audit", `"arn:aws-cn:s3:::records/AWSLogs/111111111111/*"`, "KeepRecord"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the bucket's policy does not hold %s: %s", part, policy)
		}
	}
}

func TestTrailMisuse(t *testing.T) {
	for says, change := range map[string]func(*AuditTrailProps){
		"name":      func(p *AuditTrailProps) { p.Name = "" },
		"KeyARN":    func(p *AuditTrailProps) { p.KeyARN = nil },
		"retention": func(p *AuditTrailProps) { p.RetentionDays = 0 },
	} {
		t.Run(says, func(t *testing.T) {
			props := trailProps()
			change(&props)
			expectMisuse(t, says, func(stack cdktf.TerraformStack) { NewAuditTrail(stack, "trail", props) })
		})
	}
}

// Only the service named may write under SSE-S3; the statement is the same
// where none is.
func TestBucketPolicySSES3Writer(t *testing.T) {
	kmsOnly := func(writer string) Conditions {
		for _, s := range BucketPolicy(SecureBucketProps{ARN: "arn", KeyARN: jsii.String("key"), SSES3Writer: writer}) {
			if s.Sid == "KMSOnly" {
				return s.Conditions
			}
		}
		t.Fatal("no statement KMSOnly")
		return nil
	}
	if kmsOnly("")["StringNotEqualsIfExists"] != nil {
		t.Error("without a writer the statement has an exception")
	}
	if got := kmsOnly("cloudtrail.amazonaws.com")["StringNotEqualsIfExists"]["aws:PrincipalServiceName"]; len(got) != 1 || got[0] != "cloudtrail.amazonaws.com" {
		t.Errorf("exception for %v", got)
	}
}

func TestLogMetricMisuse(t *testing.T) {
	for says, change := range map[string]func(*LogMetricProps){
		"log group":           func(p *LogMetricProps) { p.LogGroup = nil },
		"1024 characters":     func(p *LogMetricProps) { p.Pattern = strings.Repeat("x", 1025) },
		"at most 3 dimension": func(p *LogMetricProps) { p.Dimensions = map[string]string{"a": "", "b": "", "c": "", "d": ""} },
	} {
		t.Run(says, func(t *testing.T) {
			props := LogMetricProps{Name: "n", LogGroup: jsii.String("g"), Pattern: "{ $.a = * }", Namespace: "N", Metric: "M"}
			change(&props)
			expectMisuse(t, says, func(stack cdktf.TerraformStack) { NewLogMetric(stack, "filter", props) })
		})
	}
}
