package constructs

import (
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sfnstatemachine"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// StateMachineProps is a standard state machine.
type StateMachineProps struct {
	Where            Where
	Name             string // the whole name, as in "flowops-dev-ingestion"
	Description      string
	Workflow         Workflow
	KeyARN           *string
	Permissions      []Statement // of the execution role, beside logs, traces, key and distributed maps
	LogLevel         string      // ALL, ERROR or FATAL
	LogRetentionDays int
}

// StateMachine is a state machine with a role and a log group of its own.
type StateMachine struct {
	constructs.Construct
	Resource sfnstatemachine.SfnStateMachine
	Role     Role
	LogGroup cloudwatchloggroup.CloudwatchLogGroup
}

// NewStateMachine makes a state machine: encrypted with the platform's key,
// traced, and logged without execution data. A workflow that has problems
// (Workflow.Check) is refused.
func NewStateMachine(scope constructs.Construct, id string, props StateMachineProps) StateMachine {
	require(given(props.KeyARN), scope, id, "a state machine needs a customer-managed key: KeyARN is not set")
	require(slices.Contains([]string{"ALL", "ERROR", "FATAL"}, props.LogLevel), scope, id, "the log level is ALL, ERROR or FATAL, not %q", props.LogLevel)
	problems := props.Workflow.Check()
	require(len(problems) == 0, scope, id, "the workflow has problems: %s", strings.Join(problems, "; "))
	m := StateMachine{Construct: group(scope, id)}
	// Under another prefix, each log group would lengthen the one resource
	// policy that log deliveries share, until it is too long.
	m.LogGroup = NewLogGroup(m.Construct, "logs", "/aws/vendedlogs/states/"+props.Name, props.KeyARN, props.LogRetentionDays)
	trust := ServiceTrust("states.amazonaws.com", props.Where.Account).If("ArnLike", "aws:SourceArn", props.ARN(), props.ARN()+"/*")
	m.Role = NewRole(m.Construct, "role", RoleProps{
		Name: props.Name, Description: "Runs the state machine " + props.Name,
		Trust: []Statement{trust}, Permissions: slices.Concat(StateMachineStatements(props), props.Permissions),
	})
	m.Resource = sfnstatemachine.NewSfnStateMachine(m.Construct, jsii.String("machine"), &sfnstatemachine.SfnStateMachineConfig{
		Name: jsii.String(props.Name), Type: jsii.String("STANDARD"), RoleArn: m.Role.Resource.Arn(), Definition: jsii.String(JSON(props.Workflow)),
		EncryptionConfiguration: &sfnstatemachine.SfnStateMachineEncryptionConfiguration{
			Type: jsii.String("CUSTOMER_MANAGED_KMS_KEY"), KmsKeyId: props.KeyARN, KmsDataKeyReusePeriodSeconds: jsii.Number(300),
		},
		LoggingConfiguration: &sfnstatemachine.SfnStateMachineLoggingConfiguration{
			Level: jsii.String(props.LogLevel), LogDestination: jsii.String(*m.LogGroup.Arn() + ":*"), IncludeExecutionData: false,
		},
		TracingConfiguration: &sfnstatemachine.SfnStateMachineTracingConfiguration{Enabled: true},
		// Step Functions tries the role's rights to log and to use the key when the machine is made.
		DependsOn: &[]cdktf.ITerraformDependable{m.Role.Policy},
	})
	return m
}

// ARN is the state machine's ARN, as text.
func (p StateMachineProps) ARN() string { return p.Where.ARN("states", "stateMachine:"+p.Name) }

// StateMachineStatements is what every state machine's role may do: deliver its
// log, send traces, use the key for its own history, and run the children of its
// distributed maps. None of it is tenant data.
func StateMachineStatements(props StateMachineProps) []Statement {
	w := props.Where
	statements := []Statement{
		// None of these actions can be scoped to a resource: AWS names them on "*"
		// in the Step Functions guide, "Logging using CloudWatch Logs" and "X-Ray".
		Allow("LogDelivery", []string{
			"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
			"logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
		}, []string{"*"}),
		Allow("Traces", []string{"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}, []string{"*"}),
		// Step Functions uses the key as the role itself, so kms:ViaService would
		// refuse it: its encryption context is what ties the key to this machine
		// (and, behind "/", to the children of its maps).
		Allow("History", []string{"kms:Decrypt", "kms:GenerateDataKey"}, []string{*props.KeyARN}).
			If("StringLike", "kms:EncryptionContext:aws:states:stateMachineArn", props.ARN(), props.ARN()+"/*"),
		Allow("LogEncryption", []string{"kms:GenerateDataKey"}, []string{*props.KeyARN}).
			If("StringEquals", "kms:EncryptionContext:SourceArn", w.ARN("logs", "*")),
	}
	labels := props.Workflow.distributedMaps()
	if len(labels) == 0 {
		return statements
	}
	// A distributed map starts its children as executions of the machine itself.
	children := []string{w.ARN("states", "execution:"+props.Name+":*")}
	for _, label := range labels {
		children = append(children, w.ARN("states", "execution:"+props.Name+"/"+label+":*"))
	}
	return append(statements,
		Allow("StartChildren", []string{"states:StartExecution"}, []string{props.ARN()}),
		Allow("WatchChildren", []string{"states:DescribeExecution", "states:StopExecution"}, children))
}

// distributedMaps is the labels of the workflow's distributed maps, sorted.
func (w Workflow) distributedMaps() []string {
	var labels []string
	for _, s := range w.States {
		if s.ItemProcessor != nil && s.ItemProcessor.ProcessorConfig != nil && s.ItemProcessor.ProcessorConfig.Mode == "DISTRIBUTED" {
			labels = append(labels, s.Label)
		}
	}
	slices.Sort(labels)
	return labels
}
