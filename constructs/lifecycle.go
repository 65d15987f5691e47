package constructs

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// LifecycleRule is what becomes of a bucket's objects with time. Each count is
// in days; zero leaves that out.
type LifecycleRule struct {
	ID                     string
	Prefix                 string // of the objects that it is for; empty for all
	Tag, TagValue          string // of the objects that it is for, instead of a prefix
	InfrequentAccess       int    // moves current versions to STANDARD_IA
	Expire                 int    // deletes current versions
	NoncurrentExpire       int    // deletes versions that a newer one replaced
	AbortIncompleteUploads int
}

func addLifecycle(b SecureBucket, rules []LifecycleRule) {
	type rule = s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRule
	configs := make([]rule, len(rules))
	for i, r := range rules {
		c := rule{
			Id: jsii.String(r.ID), Status: jsii.String("Enabled"),
			Filter: lifecycleFilter(r),
		}
		if r.InfrequentAccess > 0 {
			c.Transition = []s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleTransition{{
				Days: jsii.Number(r.InfrequentAccess), StorageClass: jsii.String("STANDARD_IA"),
			}}
		}
		if r.Expire > 0 {
			c.Expiration = []s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleExpiration{{Days: jsii.Number(r.Expire)}}
		}
		if r.NoncurrentExpire > 0 {
			c.NoncurrentVersionExpiration = []s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{{
				NoncurrentDays: jsii.Number(r.NoncurrentExpire),
			}}
		}
		if r.AbortIncompleteUploads > 0 {
			c.AbortIncompleteMultipartUpload = []s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{{
				DaysAfterInitiation: jsii.Number(r.AbortIncompleteUploads),
			}}
		}
		configs[i] = c
	}
	s3bucketlifecycleconfiguration.NewS3BucketLifecycleConfiguration(b.Construct, jsii.String("lifecycle"),
		&s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationConfig{
			// Rules about versions need versioning to be on first.
			Bucket: b.Bucket.Id(), Rule: configs, DependsOn: &[]cdktf.ITerraformDependable{b.Versioning},
		})
}

func lifecycleFilter(r LifecycleRule) []s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilter {
	if r.Tag == "" {
		return []s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilter{{Prefix: jsii.String(r.Prefix)}}
	}
	return []s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilter{{
		Tag: []s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilterTag{{Key: jsii.String(r.Tag), Value: jsii.String(r.TagValue)}},
	}}
}
