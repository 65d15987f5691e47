package constructs

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudtrail"
)

const cloudTrailService = "cloudtrail.amazonaws.com"

// TrailDelivery is what a trail's bucket policy has of its own: this trail, and
// no other one, checks the bucket and delivers below the account's prefix. Where
// the bucket is not one that destroy may empty, nobody deletes from it but its
// lifecycle.
func TrailDelivery(props AuditTrailProps) []Statement {
	arn := props.Where.ARN("cloudtrail", "trail/"+props.Name)
	bucket := props.Bucket.ARN
	statements := []Statement{
		Allow("TrailChecks", []string{"s3:GetBucketAcl"}, []string{bucket}).To("Service", cloudTrailService).
			If("StringEquals", "aws:SourceArn", arn),
		Allow("TrailWrites", []string{"s3:PutObject"}, []string{bucket + "/AWSLogs/" + props.Where.Account + "/*"}).To("Service", cloudTrailService).
			If("StringEquals", "aws:SourceArn", arn).If("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"),
	}
	if !props.Bucket.ForceDestroy {
		statements = append(statements, Deny("KeepRecord", []string{"s3:DeleteObject", "s3:DeleteObjectVersion"}, []string{bucket + "/*"}))
	}
	return statements
}

// TrailLogPermissions lets the trail write its own streams of its own log
// group. CloudTrail names a stream after the account and the trail's region.
func TrailLogPermissions(props AuditTrailProps) []Statement {
	w := props.Where
	stream := w.ARN("logs", "log-group:"+TrailLogGroup(props.Name)+":log-stream:"+w.Account+"_CloudTrail_"+w.Region+"*")
	return []Statement{Allow("TrailStreams", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, []string{stream})}
}

// trailSelectors are all management events, and the data events that the props
// name.
func trailSelectors(props AuditTrailProps) []cloudtrail.CloudtrailAdvancedEventSelector {
	equal := func(name, value string) cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector {
		return cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector{Field: jsii.String(name), EqualTo: jsii.Strings(value)}
	}
	selector := func(name string, fields ...cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector) cloudtrail.CloudtrailAdvancedEventSelector {
		return cloudtrail.CloudtrailAdvancedEventSelector{Name: jsii.String(name), FieldSelector: fields}
	}
	all := []cloudtrail.CloudtrailAdvancedEventSelector{selector("Management events", equal("eventCategory", "Management"))}
	if len(props.BucketARNs) > 0 {
		var prefixes []string
		for _, b := range props.BucketARNs {
			// Without the slash the prefix takes in buckets whose names merely begin alike.
			prefixes = append(prefixes, b+"/")
		}
		all = append(all, selector("Objects", equal("eventCategory", "Data"), equal("resources.type", "AWS::S3::Object"),
			cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector{Field: jsii.String("resources.ARN"), StartsWith: jsii.Strings(prefixes...)}))
	}
	if len(props.TableARNs) > 0 {
		all = append(all, selector("Tables", equal("eventCategory", "Data"), equal("resources.type", "AWS::DynamoDB::Table"),
			cloudtrail.CloudtrailAdvancedEventSelectorFieldSelector{Field: jsii.String("resources.ARN"), EqualTo: jsii.Strings(props.TableARNs...)}))
	}
	return all
}
