package properties

import (
	"slices"
	"testing"

	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// Every document bucket has versioning and SSE-KMS with the platform key.
func TestProperty03_DocumentBuckets(t *testing.T) {
	versioning := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Data, "aws_s3_bucket_versioning", "documents", how)
	}
	encryption := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Data, "aws_s3_bucket_server_side_encryption_configuration", "documents", how)
	}
	prove(t, []string{stacks.Data}, documentBuckets,
		versioning("versioning suspended", setting("Suspended", "versioning_configuration", "status")),
		versioning("versioning of another bucket", setting("${aws_s3_bucket.other.id}", "bucket")),
		drop("no versioning", stacks.Data, "aws_s3_bucket_versioning", "documents"),
		drop("no encryption", stacks.Data, "aws_s3_bucket_server_side_encryption_configuration", "documents"),
		encryption("encrypted by S3", setting("AES256", "rule", 0, "apply_server_side_encryption_by_default", "sse_algorithm")),
		encryption("encrypted with S3's key", setting(nil, "rule", 0, "apply_server_side_encryption_by_default", "kms_master_key_id")),
		encryption("encrypted with another key", setting("arn:aws:kms:eu-central-1:111111111111:key/other", "rule", 0, "apply_server_side_encryption_by_default", "kms_master_key_id")),
		change("uploads may name another key", stacks.Data, "aws_s3_bucket_policy", "documents", without("NoOtherKey")),
		change("uploads may be unencrypted by KMS", stacks.Data, "aws_s3_bucket_policy", "documents", without("KMSOnly")),
		drop("no bucket policy", stacks.Data, "aws_s3_bucket_policy", "documents"),
	)
}

func documentBuckets(e environment) []string {
	var p problems
	d := e.docs[stacks.Data]
	bucket, ok := referred(d, synth.Get(d["output"], "documents_bucket", "value"))
	if !ok || bucket.Type != "aws_s3_bucket" {
		return []string{"the output documents_bucket is no bucket"}
	}
	versioning := owned(d, "aws_s3_bucket_versioning", "bucket", bucket)
	p.that(len(versioning) == 1 && versioning[0].Get("versioning_configuration", "status") == "Enabled", "%s has no versioning", named(bucket))
	encryption := owned(d, "aws_s3_bucket_server_side_encryption_configuration", "bucket", bucket)
	p.that(len(encryption) == 1 && kmsOf(encryption[0]) == e.key(stacks.Data), "%s is not encrypted with the platform's key", named(bucket))
	// What a bucket encrypts with is only its default: the policy refuses
	// uploads that ask for something else.
	header := "s3:x-amz-server-side-encryption"
	p.that(refusesOther(d, bucket, header, "aws:kms"), "%s takes uploads with other encryption than KMS", named(bucket))
	p.that(refusesOther(d, bucket, header+"-aws-kms-key-id", e.key(stacks.Data)), "%s takes uploads with another key", named(bucket))
	return p
}

// kmsOf is the key of a bucket's SSE-KMS; nil where it has other encryption.
func kmsOf(encryption synth.Resource) any {
	rules := list(encryption.Get("rule"))
	if len(rules) != 1 || synth.Get(rules[0], "apply_server_side_encryption_by_default", "sse_algorithm") != "aws:kms" {
		return nil
	}
	return synth.Get(rules[0], "apply_server_side_encryption_by_default", "kms_master_key_id")
}

// refusesOther is whether the bucket refuses everyone's uploads whose header is
// there and is not the value.
func refusesOther(d synth.Document, bucket synth.Resource, header string, value any) bool {
	for _, policy := range owned(d, "aws_s3_bucket_policy", "bucket", bucket) {
		if slices.ContainsFunc(list(parse(policy.Get("policy"))["Statement"]), func(s any) bool {
			return synth.Get(s, "Effect") == "Deny" && synth.Get(s, "Principal") == "*" && has(synth.Get(s, "Action"), "s3:PutObject") &&
				has(synth.Get(s, "Condition", "StringNotEquals", header), value) && has(synth.Get(s, "Condition", "Null", header), "false")
		}) {
			return true
		}
	}
	return false
}
