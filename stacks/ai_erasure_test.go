package stacks

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/test/synth"
)

func TestErasureFunction(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, _ := aiOf(t, cfg)
	data := Sample[DataOutputs](cfg)
	f := d.One(t, "aws_lambda_function", "data-erasure/function")
	if f.Get("memory_size") != 512.0 || f.Get("timeout") != 300.0 || f.Get("vpc_config") != nil {
		t.Errorf("%v MB, %v s, VPC %v", f.Get("memory_size"), f.Get("timeout"), f.Get("vpc_config"))
	}
	want := map[string]any{
		"FLOWOPS_ENV": "prod", "LOG_LEVEL": "INFO", "METRIC_NAMESPACE": "FlowOps",
		"TENANT_ROLE_ARN": "${aws_iam_role." + d.One(t, "aws_iam_role", "data-erasure/tenant-access/role").Name + ".arn}",
		"TICKETS_TABLE":   *data.Tickets.Name, "CONVERSATIONS_TABLE": *data.Conversations.Name, "METADATA_TABLE": *data.Metadata.Name,
		"CONNECTIONS_TABLE": *data.Connections.Name, "AUDIT_TABLE": *data.Audit.Name,
		"AGENTS_TABLE":     "${aws_dynamodb_table." + d.One(t, "aws_dynamodb_table", "agents/table").Name + ".name}",
		"DOCUMENTS_BUCKET": *data.DocumentsBucket, "EVENT_BUS_NAME": cfg.EventBusName(),
	}
	if diff := cmp.Diff(want, f.Get("environment", "variables")); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	machine := d.One(t, "aws_sfn_state_machine", "erasure/machine")
	output := synth.Get(d["output"], "data_machine_arn", "value")
	if machine.Get("name") != "flowops-prod-erasure" || output != "${aws_sfn_state_machine."+machine.Name+".arn}" {
		t.Errorf("machine %v, output %v", machine.Get("name"), output)
	}
	alias := "${aws_lambda_alias." + d.One(t, "aws_lambda_alias", "data-erasure/live").Name + ".arn}"
	policy := d.One(t, "aws_iam_role_policy", "erasure/role/policy").JSON(t, "policy")
	aiWant(t, "Steps", aiStatement(t, policy, "Steps"), `{"Sid":"Steps","Effect":"Allow","Action":["lambda:InvokeFunction"],"Resource":["`+alias+`"]}`)
}

// The function's execution role itself does nothing but tell others, and its tenant
// access role reaches one tenant's data.
func TestErasureReach(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d, _ := aiOf(t, cfg)
	data := Sample[DataOutputs](cfg)
	execution := d.One(t, "aws_iam_role_policy", "data-erasure/role/policy").JSON(t, "policy")
	for _, s := range execution["Statement"].([]any) {
		for _, action := range texts(synth.Get(s, "Action")) {
			for _, service := range []string{"dynamodb:", "s3:", "iam:", "cognito-idp:", "apigateway:", "states:", "lambda:"} {
				if strings.HasPrefix(action, service) {
					t.Errorf("the execution role may %s", action)
				}
			}
		}
	}
	policy := d.One(t, "aws_iam_role_policy", "data-erasure/tenant-access/policy").JSON(t, "policy")
	keys := `"Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["TENANT#$${aws:PrincipalTag/TenantId}","TENANT#$${aws:PrincipalTag/TenantId}#*"]},"Null":{"dynamodb:LeadingKeys":["false"]}}`
	table := func(arn, actions string) string {
		return `"Resource":["` + arn + `","` + arn + `/index/*"],"Action":[` + actions + `],` + keys
	}
	agents := "${aws_dynamodb_table." + d.One(t, "aws_dynamodb_table", "agents/table").Name + ".arn}"
	bucket, erase := *data.DocumentsBucketARN, `"dynamodb:BatchWriteItem","dynamodb:Query"`
	statements := map[string]string{
		"Agents":  table(agents, `"dynamodb:DeleteItem","dynamodb:GetItem","dynamodb:PutItem"`),
		"Audit":   table(*data.Audit.ARN, `"dynamodb:PutItem"`),
		"Tickets": table(*data.Tickets.ARN, erase), "Conversations": table(*data.Conversations.ARN, erase),
		"Metadata": table(*data.Metadata.ARN, erase), "Connections": table(*data.Connections.ARN, erase),
		"Documents": `"Action":["s3:GetObjectVersion"],"Resource":["` + bucket + `/tenants/$${aws:PrincipalTag/TenantId}/documents/*"]`,
		"Objects":   `"Action":["s3:DeleteObjectVersion"],"Resource":["` + bucket + `/tenants/$${aws:PrincipalTag/TenantId}/*"]`,
		"Versions":  `"Action":["s3:ListBucketVersions"],"Resource":["` + bucket + `"],"Condition":{"StringLike":{"s3:prefix":["tenants/$${aws:PrincipalTag/TenantId}/*"]}}`,
		"Exports":   `"Action":["s3:GetObject","s3:PutObject"],"Resource":["` + bucket + `/exports/$${aws:PrincipalTag/TenantId}/*"]`,
	}
	for sid, want := range statements {
		aiWant(t, sid, aiStatement(t, policy, sid), `{"Sid":"`+sid+`","Effect":"Allow",`+want+`}`)
	}
	if n := len(policy["Statement"].([]any)); n != len(statements)+1 { // and the key
		t.Errorf("%d statements", n)
	}
}

// The provisioner starts this machine and looks at its executions: nothing else.
func TestProvisionerStartsErasures(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d, _ := aiOf(t, cfg)
	policy := aiProvisionerPolicy(t, d)
	machine := "${aws_sfn_state_machine." + d.One(t, "aws_sfn_state_machine", "erasure/machine").Name + ".arn}"
	aiWant(t, "StartErasure", aiStatement(t, policy, "StartErasure"), `{"Sid":"StartErasure","Effect":"Allow","Action":["states:StartExecution"],"Resource":["`+machine+`"]}`)
	aiWant(t, "WatchErasure", aiStatement(t, policy, "WatchErasure"), `{"Sid":"WatchErasure","Effect":"Allow","Action":["states:DescribeExecution"],
		"Resource":["arn:aws:states:eu-central-1:111111111111:execution:flowops-dev-erasure:*"]}`)
}
