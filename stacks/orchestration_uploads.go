package stacks

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// addUploads makes the rule by which an uploaded document starts ingestion. It
// is on the default bus: S3 publishes to no other.
func (o *orchestration) addUploads(data DataOutputs) {
	name := o.cfg.Name("uploads")
	role := blocks.NewRole(o.stack, "uploads-role", blocks.RoleProps{
		Name: name, Description: "Starts the ingestion of uploaded documents",
		Trust:       []blocks.Statement{blocks.ServiceTrust("events.amazonaws.com", o.cfg.Account.ID).If("ArnEquals", "aws:SourceArn", o.cfg.ARN("events", "rule/"+name))},
		Permissions: []blocks.Statement{blocks.Allow("Start", []string{"states:StartExecution"}, []string{*o.machine.Resource.Arn()})},
	})
	input := uploadInput()
	blocks.NewEventRule(o.stack, "uploads", blocks.EventRuleProps{
		Name: name, Description: "Starts the ingestion of uploaded documents", Pattern: uploadPattern(*data.DocumentsBucket),
		TargetARN: o.machine.Resource.Arn(), RoleARN: role.Resource.Arn(), Input: &input, DeadLetterARN: o.deadLetters.Queue.Arn(),
		MaxAgeSeconds: deliverySeconds, MaxRetries: deliveryRetries, DependsOn: []cdktf.ITerraformDependable{role.Policy},
	})
}

// uploadPattern matches the making of an object below a tenant's documents.
//
// In EventBridge "*" matches "/" too, and a pattern can't demand two things of
// one field. So the pattern alone would also match a key such as
// "tenants/acme/work/documents/x". Nobody can make one: only document-ingestion
// writes below work, and its role is denied such keys. And the state machine
// takes a key apart before it does anything.
func uploadPattern(bucket string) blocks.EventPattern {
	return blocks.EventPattern{
		Source: []string{contract.S3EventSource}, DetailType: []string{contract.S3EventObjectCreated},
		Detail: map[string]any{
			"bucket": map[string]any{"name": []string{bucket}},
			"object": map[string]any{"key": []blocks.Wildcard{{Pattern: contract.DocumentKeyPattern}}},
		},
	}
}

// uploadInput is what an execution starts with: which version of which object,
// and nothing of who uploaded it from where.
func uploadInput() blocks.EventInput {
	return blocks.EventInput{
		Paths: map[string]string{
			"bucket": "$.detail.bucket.name", "key": "$.detail.object.key", "versionId": "$.detail.object.version-id", "etag": "$.detail.object.etag",
			"size": "$.detail.object.size", "sequencer": "$.detail.object.sequencer", "time": "$.time",
		},
		Template: `{"bucket":<bucket>,"key":<key>,"versionId":<versionId>,"etag":<etag>,"size":<size>,"sequencer":<sequencer>,"time":<time>}`,
	}
}
