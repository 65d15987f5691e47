package constructs

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/test/synth"
)

func goodStateMachine() StateMachineProps {
	return StateMachineProps{
		Where: Where{"aws", "111111111111", "eu-central-1", "flowops-dev"}, Name: "flowops-dev-m", Workflow: goodWorkflow(), KeyARN: keyARN,
		LogLevel: "ERROR", LogRetentionDays: 14,
		Permissions: []Statement{Allow("Steps", []string{"lambda:InvokeFunction"}, []string{"arn:f:live"})},
	}
}

func TestStateMachine(t *testing.T) {
	d := synth.Documents(t, func(app cdktf.App) { NewStateMachine(synth.Stack(app, "s"), "m", goodStateMachine()) })["s"]
	m := d.One(t, "aws_sfn_state_machine", "m/machine")
	group := d.One(t, "aws_cloudwatch_log_group", "m/logs")
	for _, c := range []struct {
		want any
		at   []any
	}{
		{"flowops-dev-m", []any{"name"}},
		{"STANDARD", []any{"type"}},
		{"CUSTOMER_MANAGED_KMS_KEY", []any{"encryption_configuration", "type"}},
		{*keyARN, []any{"encryption_configuration", "kms_key_id"}},
		{true, []any{"tracing_configuration", "enabled"}},
		{"ERROR", []any{"logging_configuration", "level"}},
		{false, []any{"logging_configuration", "include_execution_data"}},
		{"${aws_cloudwatch_log_group." + group.Name + ".arn}:*", []any{"logging_configuration", "log_destination"}},
		{"aws_iam_role_policy." + d.One(t, "aws_iam_role_policy", "m/role/policy").Name, []any{"depends_on", 0}},
	} {
		if got := m.Get(c.at...); got != c.want {
			t.Errorf("%v is %v, want %v", c.at, got, c.want)
		}
	}
	if group.Get("name") != "/aws/vendedlogs/states/flowops-dev-m" || group.Get("retention_in_days") != 14.0 || group.Get("kms_key_id") != *keyARN {
		t.Errorf("log group: %v", group.Attributes)
	}
	if m.JSON(t, "definition")["StartAt"] != "Work" {
		t.Error("the definition is not the workflow's")
	}
	trust := d.One(t, "aws_iam_role", "m/role/role").JSON(t, "assume_role_policy")
	want := map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": []any{"111111111111"}},
		"ArnLike": map[string]any{"aws:SourceArn": []any{
			"arn:aws:states:eu-central-1:111111111111:stateMachine:flowops-dev-m", "arn:aws:states:eu-central-1:111111111111:stateMachine:flowops-dev-m/*",
		}},
	}
	if d := cmp.Diff(want, synth.Get(trust, "Statement", 0, "Condition")); d != "" {
		t.Errorf("who may take the role (-want +got):\n%s", d)
	}
}

// The role of a machine with a distributed map may run that map's children, of
// its own machine, and nothing of S3.
func TestStateMachineStatements(t *testing.T) {
	const machine = "arn:aws:states:eu-central-1:111111111111:stateMachine:flowops-dev-m"
	const execution = "arn:aws:states:eu-central-1:111111111111:execution:flowops-dev-m"
	want := []Statement{
		{Sid: "LogDelivery", Effect: "Allow", Resources: []string{"*"}, Actions: []string{
			"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
			"logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
		}},
		{Sid: "Traces", Effect: "Allow", Resources: []string{"*"}, Actions: []string{
			"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
		}},
		{Sid: "History", Effect: "Allow", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: []string{*keyARN}, Conditions: Conditions{
			"StringLike": {"kms:EncryptionContext:aws:states:stateMachineArn": {machine, machine + "/*"}},
		}},
		{Sid: "LogEncryption", Effect: "Allow", Actions: []string{"kms:GenerateDataKey"}, Resources: []string{*keyARN}, Conditions: Conditions{
			"StringEquals": {"kms:EncryptionContext:SourceArn": {"arn:aws:logs:eu-central-1:111111111111:*"}},
		}},
		{Sid: "StartChildren", Effect: "Allow", Actions: []string{"states:StartExecution"}, Resources: []string{machine}},
		{Sid: "WatchChildren", Effect: "Allow", Actions: []string{"states:DescribeExecution", "states:StopExecution"}, Resources: []string{execution + ":*", execution + "/Each:*"}},
	}
	props := goodStateMachine()
	if d := cmp.Diff(want, StateMachineStatements(props)); d != "" {
		t.Errorf("statements (-want +got):\n%s", d)
	}
	// Without a distributed map there are no children to run.
	props.Workflow.States["Each"].ItemProcessor.ProcessorConfig.Mode = "INLINE"
	if d := cmp.Diff(want[:4], StateMachineStatements(props)); d != "" {
		t.Errorf("statements without a distributed map (-want +got):\n%s", d)
	}
}

func TestStateMachineMisuse(t *testing.T) {
	for says, spoil := range map[string]func(*StateMachineProps){
		"KeyARN is not set":             func(p *StateMachineProps) { p.KeyARN = nil },
		`ALL, ERROR or FATAL, not ""`:   func(p *StateMachineProps) { p.LogLevel = "" },
		`StartAt names "x"`:             func(p *StateMachineProps) { p.Workflow.StartAt = "x" },
		"a log group needs a retention": func(p *StateMachineProps) { p.LogRetentionDays = 0 },
	} {
		t.Run(says, func(t *testing.T) {
			expectMisuse(t, says, func(s cdktf.TerraformStack) {
				props := goodStateMachine()
				spoil(&props)
				NewStateMachine(s, "m", props)
			})
		})
	}
}
