package stacks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

func definitionOf(t testing.TB, cfg envs.Config) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(blocks.JSON(ingestionWorkflow(cfg, "function", "bus"))), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// Property 7, plan 9.3: the steps are there, each is repeated and caught, every
// state is reached and comes to an end, with and without approval.
func TestWorkflowStructure(t *testing.T) {
	for _, approval := range []bool{true, false} {
		cfg := loadEnv(t, "prod")
		cfg.Events.ApprovalRequired = approval
		if problems := ingestionWorkflow(cfg, "function", "bus").Check(); problems != nil {
			t.Errorf("approval %v: %q", approval, problems)
		}
		m := definitionOf(t, cfg)
		states := m["States"].(map[string]any)
		for name, step := range map[string]string{
			"Validate": contract.StepValidate, "Chunk": contract.StepChunk, "Index": contract.StepIndex,
			"UpdateMetadata": contract.StepUpdateMetadata, "RecordRejection": contract.StepUpdateMetadata, "RecordFailure": contract.StepRecordFailure,
		} {
			s := states[name]
			if got := synth.Get(s, "Parameters", "Payload", "step"); got != step || synth.Get(s, "Resource") != "arn:aws:states:::lambda:invoke" {
				t.Errorf("%s does step %v by %v", name, got, synth.Get(s, "Resource"))
			}
			if synth.Get(s, "TimeoutSeconds") != 330.0 || synth.Get(s, "Parameters", "FunctionName") != "function" {
				t.Errorf("%s: %v", name, s)
			}
			if len(list(synth.Get(s, "Retry"))) != 2 || synth.Get(s, "Catch", 0, "ErrorEquals", 0) != "States.ALL" {
				t.Errorf("%s is not repeated and caught", name)
			}
		}
		_, waits := states["AwaitApproval"]
		if waits != approval {
			t.Errorf("approval is %v, the machine waits: %v", approval, waits)
		}
		seconds := map[bool]float64{true: 31 * 86400, false: 86400}[approval]
		if m["TimeoutSeconds"] != seconds {
			t.Errorf("approval %v: an execution ends after %v s, want %v", approval, m["TimeoutSeconds"], seconds)
		}
		if approval {
			wait := states["AwaitApproval"]
			if synth.Get(wait, "Resource") != "arn:aws:states:::lambda:invoke.waitForTaskToken" || synth.Get(wait, "TimeoutSeconds") != 30*86400.0 {
				t.Errorf("the wait: %v", wait)
			}
		}
	}
}

// Batches are embedded side by side in executions of their own, from numbers in
// the state: no role of this stack has a way into S3.
func TestWorkflowMap(t *testing.T) {
	cfg := loadEnv(t, "prod")
	embed := definitionOf(t, cfg)["States"].(map[string]any)["Embed"]
	for _, c := range []struct {
		want any
		at   []any
	}{
		{"DISTRIBUTED", []any{"ItemProcessor", "ProcessorConfig", "Mode"}},
		{"STANDARD", []any{"ItemProcessor", "ProcessorConfig", "ExecutionType"}},
		{20.0, []any{"MaxConcurrency"}},
		{0.0, []any{"ToleratedFailurePercentage"}},
		{"Embed", []any{"Label"}},
		{nil, []any{"ItemReader"}},
		{nil, []any{"ResultWriter"}},
		{contract.StepEmbed, []any{"ItemProcessor", "States", "EmbedBatch", "Parameters", "Payload", "step"}},
		{"States.ALL", []any{"ItemProcessor", "States", "EmbedBatch", "Catch", 0, "ErrorEquals", 0}},
	} {
		if got := synth.Get(embed, c.at...); got != c.want {
			t.Errorf("%v is %v, want %v", c.at, got, c.want)
		}
	}
	d := orchestrationOf(t, cfg)
	lines := policyLines(d, d.One(t, "aws_iam_role_policy", "ingestion/role/policy").JSON(t, "policy"))
	for _, want := range []string{
		"Steps: lambda:InvokeFunction on " + *Sample[ComputeOutputs](cfg).DocumentIngestion.LiveARN,
		"Events: events:PutEvents on arn:aws:events:eu-central-1:333333333333:event-bus/flowops-prod-events; ForAllValues:StringEquals events:source flowops; Null events:source false",
		"StartChildren: states:StartExecution on arn:aws:states:eu-central-1:333333333333:stateMachine:flowops-prod-ingestion",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no statement %s in %q", want, lines)
		}
	}
	for _, r := range d.Resources("aws_iam_role_policy") {
		for _, line := range policyLines(d, r.JSON(t, "policy")) {
			if strings.Contains(line, "s3:") || strings.Contains(line, "dynamodb:") || strings.Contains(line, "es:ESHttp") {
				t.Errorf("%s reaches tenants' data: %s", r.Path, line)
			}
		}
	}
}

// What the construct is given beside the definition.
func TestWorkflowMachine(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		cfg := loadEnv(t, name)
		d := orchestrationOf(t, cfg)
		m, key := d.One(t, "aws_sfn_state_machine", "ingestion/machine"), *Sample[FoundationOutputs](cfg).KMSKeyARN
		if m.Get("name") != cfg.StateMachineName() || m.Get("encryption_configuration", "kms_key_id") != key {
			t.Errorf("%s: %v", name, m.Attributes)
		}
		if m.Get("logging_configuration", "level") != cfg.Events.WorkflowLogLevel || m.Get("logging_configuration", "include_execution_data") != false {
			t.Errorf("%s logs %v", name, m.Get("logging_configuration"))
		}
		logs := d.One(t, "aws_cloudwatch_log_group", "ingestion/logs")
		if logs.Get("kms_key_id") != key || logs.Get("retention_in_days") != float64(cfg.Functions.LogRetention) {
			t.Errorf("%s: %v", name, logs.Attributes)
		}
		definition := m.JSON(t, "definition")
		if got := synth.Get(definition, "States", "Validate", "Parameters", "FunctionName"); got != *Sample[ComputeOutputs](cfg).DocumentIngestion.LiveARN {
			t.Errorf("%s invokes %v, not the live alias", name, got)
		}
		if got := synth.Get(definition, "States", "NotifyFailure", "Parameters", "Entries", 0, "EventBusName"); got !=
			"${aws_cloudwatch_event_bus."+d.One(t, "aws_cloudwatch_event_bus", "events/bus").Name+".name}" {
			t.Errorf("%s notifies %v", name, got)
		}
	}
}

// Throttling and the like are met with patience and full jitter, within bounds.
func TestWorkflowRetries(t *testing.T) {
	want := []blocks.Retrier{
		{
			ErrorEquals: []string{
				"Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
				"Lambda.TooManyRequestsException", "TransientError",
			},
			IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: "FULL",
		},
		{
			ErrorEquals:     []string{"Lambda.Unknown", "Sandbox.Timedout", "States.Timeout"},
			IntervalSeconds: 2, MaxAttempts: 1, BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: "FULL",
		},
	}
	if d := cmp.Diff(want, stepRetries()); d != "" {
		t.Errorf("retries (-want +got):\n%s", d)
	}
}
