package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketcorsconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlogging"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketnotification"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketownershipcontrols"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketversioning"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// SecureBucketProps is a bucket. Its name and ARN are text, so that its policy
// and other stacks can be written without reading the resource.
type SecureBucketProps struct {
	Name   string
	ARN    string
	KeyARN *string // the platform's key; required unless the bucket takes server access logs
	// KeyAliasARN is an alias of the key by which writers may name it; empty for
	// none.
	KeyAliasARN string
	// AccessLogBucket takes the bucket's server access logs; required unless
	// the bucket takes them itself.
	AccessLogBucket *string
	// TakesAccessLogs makes this the bucket that S3 delivers server access logs
	// of this account to. S3 delivers only into buckets encrypted with SSE-S3.
	TakesAccessLogs string // account id; empty for an ordinary bucket
	Lifecycle       []LifecycleRule
	Origins         []string // web origins that may PUT and GET with presigned URLs
	EventBridge     bool     // publish the bucket's events to the default bus
	ForceDestroy    bool     // destroy empties the bucket
	PreventDestroy  bool     // Terraform refuses to destroy it
	Policy          []Statement
	// SSES3Writer is a service that may write objects under SSE-S3 beside those
	// under the key, as CloudTrail does with its digest files; empty for none.
	SSES3Writer string
}

// SecureBucket is a bucket with its companions: versioning, encryption with the
// platform's key, no public access, the owner's objects only, TLS 1.2, no other
// key, lifecycle and access logs.
type SecureBucket struct {
	constructs.Construct
	Bucket     s3bucket.S3Bucket
	Versioning s3bucketversioning.S3BucketVersioningA
	Policy     s3bucketpolicy.S3BucketPolicy
}

// NewSecureBucket makes a bucket.
func NewSecureBucket(scope constructs.Construct, id string, props SecureBucketProps) SecureBucket {
	logs := props.TakesAccessLogs != ""
	require(props.Name != "" && len(props.Name) <= 63, scope, id, "a bucket's name has 3 to 63 characters, not %q", props.Name)
	require(logs || given(props.KeyARN), scope, id, "a bucket needs a customer-managed key: KeyARN is not set")
	require(logs || given(props.AccessLogBucket), scope, id, "a bucket needs a bucket for its access logs: AccessLogBucket is not set")
	require(len(props.Lifecycle) > 0, scope, id, "a bucket needs a lifecycle, if only for unfinished uploads")
	b := SecureBucket{Construct: group(scope, id)}
	config := &s3bucket.S3BucketConfig{Bucket: jsii.String(props.Name), ForceDestroy: props.ForceDestroy}
	if props.PreventDestroy {
		config.Lifecycle = &cdktf.TerraformResourceLifecycle{PreventDestroy: jsii.Bool(true)}
	}
	b.Bucket = s3bucket.NewS3Bucket(b.Construct, jsii.String("bucket"), config)
	name := b.Bucket.Id()
	s3bucketownershipcontrols.NewS3BucketOwnershipControls(b.Construct, jsii.String("ownership"), &s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
		Bucket: name, Rule: &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: jsii.String("BucketOwnerEnforced")},
	})
	private := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(b.Construct, jsii.String("private"), &s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
		Bucket: name, BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
	})
	b.Versioning = s3bucketversioning.NewS3BucketVersioningA(b.Construct, jsii.String("versioning"), &s3bucketversioning.S3BucketVersioningAConfig{
		Bucket: name, VersioningConfiguration: &s3bucketversioning.S3BucketVersioningVersioningConfiguration{Status: jsii.String("Enabled")},
	})
	b.encrypt(name, props, logs)
	b.Policy = s3bucketpolicy.NewS3BucketPolicy(b.Construct, jsii.String("policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket: name, Policy: jsii.String(Document(BucketPolicy(props)...)), DependsOn: &[]cdktf.ITerraformDependable{private},
	})
	addLifecycle(b, props.Lifecycle)
	if given(props.AccessLogBucket) {
		s3bucketlogging.NewS3BucketLoggingA(b.Construct, jsii.String("logging"), &s3bucketlogging.S3BucketLoggingAConfig{
			Bucket: name, TargetBucket: props.AccessLogBucket, TargetPrefix: jsii.String(props.Name + "/"),
		})
	}
	if props.EventBridge {
		s3bucketnotification.NewS3BucketNotification(b.Construct, jsii.String("events"), &s3bucketnotification.S3BucketNotificationConfig{Bucket: name, Eventbridge: true})
	}
	if len(props.Origins) > 0 {
		s3bucketcorsconfiguration.NewS3BucketCorsConfiguration(b.Construct, jsii.String("cors"), &s3bucketcorsconfiguration.S3BucketCorsConfigurationConfig{
			Bucket: name, CorsRule: []s3bucketcorsconfiguration.S3BucketCorsConfigurationCorsRule{{
				AllowedMethods: jsii.Strings("GET", "PUT"), AllowedOrigins: jsii.Strings(props.Origins...),
				AllowedHeaders: jsii.Strings("content-type", "content-md5", "x-amz-checksum-sha256", "x-amz-meta-*"), ExposeHeaders: jsii.Strings("ETag", "x-amz-version-id"),
				MaxAgeSeconds: jsii.Number(3600),
			}},
		})
	}
	if logs {
		Suppress(b.Bucket, "FO-KMS-001", "S3 delivers server access logs only into buckets encrypted with SSE-S3; the logs hold request lines, no tenant content.")
		Suppress(b.Bucket, "FO-S3-004", "This is the bucket that takes access logs: logging itself would fill it with its own deliveries.")
	}
	return b
}

func (b SecureBucket) encrypt(name *string, props SecureBucketProps, logs bool) {
	by := &s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{
		SseAlgorithm: jsii.String("aws:kms"), KmsMasterKeyId: props.KeyARN,
	}
	if logs {
		by.SseAlgorithm, by.KmsMasterKeyId = jsii.String("AES256"), nil
	}
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(b.Construct, jsii.String("encryption"),
		&s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
			Bucket: name, Rule: []s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{{
				ApplyServerSideEncryptionByDefault: by, BucketKeyEnabled: !logs,
			}},
		})
}
