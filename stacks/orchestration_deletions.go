package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdapermission"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// addDeletions makes the rule by which a deleted document leaves the vector index:
// the function that put it there removes it. What it could not do after Lambda's
// repetitions is in its own dead-letter queue, what did not reach it in this
// stack's.
func (o *orchestration) addDeletions(compute ComputeOutputs) {
	name := o.cfg.Name("document-deletions")
	permission := lambdapermission.NewLambdaPermission(o.stack, jsii.String("document-deletions-permission"), &lambdapermission.LambdaPermissionConfig{
		StatementId: jsii.String(name), Action: jsii.String("lambda:InvokeFunction"), Principal: jsii.String("events.amazonaws.com"),
		FunctionName: compute.DocumentIngestion.Name, Qualifier: jsii.String(contract.LiveAlias),
		SourceArn: jsii.String(o.cfg.ARN("events", "rule/"+o.cfg.EventBusName()+"/"+name)),
	})
	input := deletionInput()
	blocks.NewEventRule(o.stack, "document-deletions", blocks.EventRuleProps{
		Name: name, Description: "Removes deleted documents from the vector index", BusName: o.bus.Bus.Name(),
		Pattern:   blocks.EventPattern{Source: []string{contract.EventSource}, DetailType: []string{contract.EventDocumentDeleted}},
		TargetARN: compute.DocumentIngestion.LiveARN, Input: &input, DeadLetterARN: o.deadLetters.Queue.Arn(),
		MaxAgeSeconds: deliverySeconds, MaxRetries: deliveryRetries, DependsOn: []cdktf.ITerraformDependable{permission},
	})
}

// deletionInput is a contract.IngestionStep, made of a contract.DocumentDetail.
func deletionInput() blocks.EventInput {
	return blocks.EventInput{
		Paths:    map[string]string{"tenant": "$.detail.tenantId", "document": "$.detail.documentId", "version": "$.detail.version"},
		Template: `{"step":"` + contract.StepRemove + `","object":{"tenantId":<tenant>},"document":{"documentId":<document>,"version":<version>}}`,
	}
}
