package stacks

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

// A deleted document invokes document-ingestion to remove its vectors, by this one
// rule, and nothing else does.
func TestDeletionsRemoveVectors(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := orchestrationOf(t, cfg)
	function := Sample[ComputeOutputs](cfg).DocumentIngestion
	rule, target := d.One(t, "aws_cloudwatch_event_rule", "document-deletions/rule"), d.One(t, "aws_cloudwatch_event_target", "document-deletions/target")
	on := "${aws_cloudwatch_event_bus." + d.One(t, "aws_cloudwatch_event_bus", "events/bus").Name + ".name}"
	if rule.Get("event_bus_name") != on || target.Get("event_bus_name") != on || rule.Get("state") != "ENABLED" || rule.Get("name") != "flowops-prod-document-deletions" {
		t.Errorf("rule: %v", rule.Attributes)
	}
	detail, err := json.Marshal(contract.DocumentDetail{TenantID: "acme", DocumentID: "d1", Version: 3})
	if err != nil {
		t.Fatal(err)
	}
	event := map[string]any{"source": contract.EventSource, "detail-type": contract.EventDocumentDeleted, "id": "1", "time": "2026-03-01T10:00:00Z"}
	var fields map[string]any
	if err := json.Unmarshal(detail, &fields); err != nil {
		t.Fatal(err)
	}
	event["detail"] = fields
	pattern := any(rule.JSON(t, "event_pattern"))
	if !matches(t, pattern, any(event)) {
		t.Error("a deletion does not match")
	}
	for field, other := range map[string]string{"source": "aws.s3", "detail-type": contract.EventDocumentRejected} {
		spoiled := map[string]any{"source": event["source"], "detail-type": event["detail-type"], "detail": fields}
		spoiled[field] = other
		if matches(t, pattern, any(spoiled)) {
			t.Errorf("%s %s matches", field, other)
		}
	}

	if target.Get("arn") != *function.LiveARN || target.Get("role_arn") != nil {
		t.Errorf("target: %v", target.Attributes)
	}
	dead := "${aws_sqs_queue." + d.One(t, "aws_sqs_queue", "dead-letters/queue").Name + ".arn}"
	if target.Get("dead_letter_config", "arn") != dead || target.Get("retry_policy", "maximum_event_age_in_seconds") != 86400.0 || target.Get("retry_policy", "maximum_retry_attempts") != 185.0 {
		t.Errorf("a deletion can be lost: %v", target.Attributes)
	}
	paths, _ := target.Get("input_transformer", "input_paths").(map[string]any)
	template, _ := target.Get("input_transformer", "input_template").(string)
	raw, err := json.Marshal(fill(t, template, paths, event))
	if err != nil {
		t.Fatal(err)
	}
	var got contract.IngestionStep
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	want := contract.IngestionStep{
		Step: contract.StepRemove, Object: contract.IngestedObject{TenantID: "acme"}, Document: &contract.IngestionDocument{DocumentID: "d1", Version: 3},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("input (-want +got):\n%s", d)
	}

	permission := d.One(t, "aws_lambda_permission", "document-deletions-permission")
	for attribute, want := range map[string]any{
		"action": "lambda:InvokeFunction", "principal": "events.amazonaws.com", "function_name": *function.Name, "qualifier": contract.LiveAlias,
		"source_arn": "arn:aws:events:eu-central-1:333333333333:rule/flowops-prod-events/flowops-prod-document-deletions",
	} {
		if got := permission.Get(attribute); got != want {
			t.Errorf("permission: %s is %v, want %v", attribute, got, want)
		}
	}
	if n := len(d.Resources("aws_lambda_permission")); n != 1 {
		t.Errorf("%d permissions", n)
	}
	if after, _ := target.Get("depends_on").([]any); len(after) != 1 || after[0] != "aws_lambda_permission."+permission.Name {
		t.Errorf("the target may come before its permission: %v", after)
	}
}
