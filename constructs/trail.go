package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudtrail"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// AuditTrailProps is a record of what is done in the account, and of what is
// done to the data named here.
type AuditTrailProps struct {
	Where  Where
	Name   string
	KeyARN *string // its policy lets CloudTrail use it for this trail
	// Bucket holds the record: name, ARN, access logs and whether it may be
	// destroyed. Key, policy and lifecycle are the trail's to set.
	Bucket           SecureBucketProps
	RetentionDays    int // in the bucket
	LogRetentionDays int // in the log group, where filters and queries read it
	// BucketARNs and TableARNs are whose objects and items are recorded, reads
	// and writes alike; none for management events only.
	BucketARNs, TableARNs []string
}

// AuditTrail is a multi-region trail with a bucket and a log group of its own.
type AuditTrail struct {
	constructs.Construct
	Trail    cloudtrail.Cloudtrail
	Bucket   SecureBucket
	LogGroup cloudwatchloggroup.CloudwatchLogGroup
	Role     Role
}

// NewAuditTrail makes a trail.
func NewAuditTrail(scope constructs.Construct, id string, props AuditTrailProps) AuditTrail {
	require(props.Name != "", scope, id, "a trail needs a name")
	require(given(props.KeyARN), scope, id, "a trail needs a customer-managed key: KeyARN is not set")
	require(props.RetentionDays > 0, scope, id, "a trail needs a retention")
	t := AuditTrail{Construct: group(scope, id)}
	bucket := props.Bucket
	bucket.KeyARN, bucket.SSES3Writer = props.KeyARN, cloudTrailService
	bucket.Policy = TrailDelivery(props)
	bucket.Lifecycle = []LifecycleRule{{
		// A log file is written once; a second version is an attempt to change it.
		ID: "expire", Expire: props.RetentionDays, NoncurrentExpire: props.RetentionDays, AbortIncompleteUploads: 7,
	}}
	t.Bucket = NewSecureBucket(t.Construct, "bucket", bucket)
	t.LogGroup = NewLogGroup(t.Construct, "logs", TrailLogGroup(props.Name), props.KeyARN, props.LogRetentionDays)
	// Not ServiceTrust: CloudTrail takes the role without naming a source account.
	trust := Statement{Effect: "Allow", Actions: []string{"sts:AssumeRole"}}.To("Service", cloudTrailService)
	t.Role = NewRole(t.Construct, "role", RoleProps{
		Name: props.Name + "-trail", Description: "Writes the events of " + props.Name + " to its log group",
		Trust: []Statement{trust}, Permissions: TrailLogPermissions(props),
	})
	t.Trail = cloudtrail.NewCloudtrail(t.Construct, jsii.String("trail"), &cloudtrail.CloudtrailConfig{
		Name: jsii.String(props.Name), S3BucketName: t.Bucket.Bucket.Id(), KmsKeyId: props.KeyARN,
		IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true, EnableLogFileValidation: true, EnableLogging: true,
		CloudWatchLogsGroupArn: jsii.String(*t.LogGroup.Arn() + ":*"), CloudWatchLogsRoleArn: t.Role.Resource.Arn(),
		AdvancedEventSelector: trailSelectors(props),
		// CloudTrail tries both deliveries when the trail is made.
		DependsOn: &[]cdktf.ITerraformDependable{t.Bucket.Policy, t.Role.Policy},
	})
	return t
}

// TrailLogGroup is the name of a trail's log group.
func TrailLogGroup(trail string) string { return "/aws/cloudtrail/" + trail }
