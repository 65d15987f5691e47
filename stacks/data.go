package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// documentsBucket is the part of the name of the tenants' documents bucket.
const documentsBucket = "documents"

// DataInputs is what data needs of earlier stacks.
type DataInputs struct {
	Foundation Upstream[FoundationOutputs]
}

// NewData makes the stack that holds what tenants own: documents, tables and
// the search domain.
func NewData(scope constructs.Construct, id string, cfg envs.Config, in DataInputs) (cdktf.TerraformStack, DataOutputs) {
	stack := newStack(scope, id, cfg)
	f := in.Foundation(stack)
	var out DataOutputs
	addBuckets(stack, cfg, f, &out)
	out.Tickets = newTable(stack, cfg, f, contract.Tickets)
	out.Conversations = newTable(stack, cfg, f, contract.Conversations)
	out.Metadata = newTable(stack, cfg, f, contract.Metadata)
	out.Connections = newTable(stack, cfg, f, contract.Connections)
	out.Audit = newTable(stack, cfg, f, contract.Audit)
	addSearch(stack, cfg, f, &out)
	return stack, export(stack, out)
}

func addBuckets(stack cdktf.TerraformStack, cfg envs.Config, f FoundationOutputs, out *DataOutputs) {
	s := cfg.Storage
	logProps := bucketProps(cfg, "access-logs", nil, nil)
	logProps.TakesAccessLogs = cfg.Account.ID
	logProps.Lifecycle = []blocks.LifecycleRule{{
		ID: "expire", Expire: s.AccessLogDays, NoncurrentExpire: 1, AbortIncompleteUploads: s.IncompleteUploadDays,
	}}
	logs := blocks.NewSecureBucket(stack, "access-logs", logProps)
	props := bucketProps(cfg, documentsBucket, f.KMSKeyARN, logs.Bucket.Id())
	props.Origins, props.EventBridge = cfg.API.Origins, true
	props.Lifecycle = []blocks.LifecycleRule{
		{
			ID: "documents", InfrequentAccess: s.InfrequentAccessDays, NoncurrentExpire: s.NoncurrentVersionDays,
			AbortIncompleteUploads: s.IncompleteUploadDays,
		},
		{ID: "exports", Prefix: contract.ExportPrefix, Expire: contract.ExportDays, NoncurrentExpire: 1},
		{ID: "work", Tag: contract.WorkTag, TagValue: contract.WorkTagValue, Expire: s.WorkDays, NoncurrentExpire: 1},
	}
	documents := blocks.NewSecureBucket(stack, documentsBucket, props)
	out.AccessLogBucket = logs.Bucket.Id()
	out.DocumentsBucket, out.DocumentsBucketARN = documents.Bucket.Id(), documents.Bucket.Arn()
}

// newTable makes the table of a schema and returns its outputs.
func newTable(stack cdktf.TerraformStack, cfg envs.Config, f FoundationOutputs, schema contract.Table) TableOutputs {
	t := blocks.NewTenantTable(stack, schema.Name, blocks.TenantTableProps{
		Schema: schema, Name: cfg.Name(schema.Name), KeyARN: f.KMSKeyARN, PointInTimeRecovery: cfg.Storage.PointInTimeRecovery,
		DeletionProtection: cfg.Storage.DeletionProtection, Insights: cfg.Storage.DynamoDBInsights,
	})
	return TableOutputs{Name: t.Table.Name(), ARN: t.Table.Arn()}
}

// bucketProps is what all of the platform's own buckets have in common.
func bucketProps(cfg envs.Config, part string, keyARN, accessLogs *string) blocks.SecureBucketProps {
	return blocks.SecureBucketProps{
		Name: cfg.BucketName(part), ARN: cfg.BucketARN(cfg.BucketName(part)), KeyARN: keyARN, AccessLogBucket: accessLogs,
		ForceDestroy: cfg.Storage.ForceDestroy, PreventDestroy: cfg.Storage.DeletionProtection,
	}
}
