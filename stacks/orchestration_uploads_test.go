package stacks

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/synth"
)

// matches reports whether EventBridge would match the event: every field of the
// pattern is in the event, with one of the alternatives.
func matches(t testing.TB, pattern, event any) bool {
	t.Helper()
	switch p := pattern.(type) {
	case map[string]any:
		e, ok := event.(map[string]any)
		for field, want := range p {
			if !ok || !matches(t, want, e[field]) {
				return false
			}
		}
		return true
	case []any:
		text, isText := event.(string)
		for _, alternative := range p {
			switch a := alternative.(type) {
			case string:
				if isText && a == text {
					return true
				}
			case map[string]any:
				w, ok := a["wildcard"].(string)
				if !ok || len(a) != 1 {
					t.Fatalf("this model of EventBridge knows no %v", a)
				}
				if isText && wildcard(w).MatchString(text) {
					return true
				}
			}
		}
	}
	return false
}

func uploaded(bucket, key string) map[string]any {
	return map[string]any{
		"source": "aws.s3", "detail-type": "Object Created", "account": "111111111111", "id": "17793124-05d4-b198-2fde-7ededc63b103", "time": "2026-03-01T10:00:00Z",
		"detail": map[string]any{
			"version": "0", "bucket": map[string]any{"name": bucket}, "request-id": "N4N7GDK58NMKJ12R", "requester": "111111111111", "source-ip-address": "203.0.113.9",
			"object": map[string]any{
				"key": key, "size": 1024.0, "etag": "b1946ac92492d2347c6235b4d2611184", "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", "sequencer": "00617F08299329D189",
			},
			"reason": "PutObject",
		},
	}
}

// Property 15, plan 9.4: an object created below a tenant's documents starts
// ingestion, and nothing else does.
func TestUploadsStartIngestion(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d := orchestrationOf(t, cfg)
	rule, target := d.One(t, "aws_cloudwatch_event_rule", "uploads/rule"), d.One(t, "aws_cloudwatch_event_target", "uploads/target")
	if rule.Get("event_bus_name") != nil || target.Get("event_bus_name") != nil {
		t.Error("the rule is not on the default bus, the only one that S3 publishes to")
	}
	if rule.Get("state") != "ENABLED" {
		t.Errorf("the rule is %v", rule.Get("state"))
	}
	bucket := *Sample[DataOutputs](cfg).DocumentsBucket
	pattern := any(rule.JSON(t, "event_pattern"))
	for key, want := range map[string]bool{
		"tenants/acme/documents/d1/guide.pdf":   true,
		"tenants/acme-eu/documents/ä b+c.txt":   true,
		"tenants/acme/work/d1/2/batches/0.json": false,
		"tenants/acme/work/d1/2/chunks.json":    false,
		"tenants/acme/documents":                false,
		"tenants/acme/other/x":                  false,
		"documents/x":                           false,
		"exports/tenants/acme/documents/x":      false,
		// EventBridge's "*" is "/" too. Nobody can write these two (see
		// TestWorkCannotStartIngestion), and the state machine ignores them.
		"tenants/acme/work/documents/x":    true,
		"tenants/acme/work/d1/documents/x": true,
	} {
		if got := matches(t, pattern, any(uploaded(bucket, key))); got != want {
			t.Errorf("%s starts ingestion: %v, want %v", key, got, want)
		}
	}
	key := "tenants/acme/documents/d1"
	for name, spoil := range map[string]func(e map[string]any){
		"another bucket": func(e map[string]any) { e["detail"].(map[string]any)["bucket"] = map[string]any{"name": bucket + "-2"} },
		"a deletion":     func(e map[string]any) { e["detail-type"] = "Object Deleted" },
		"another source": func(e map[string]any) { e["source"] = contract.EventSource },
	} {
		e := uploaded(bucket, key)
		spoil(e)
		if matches(t, pattern, any(e)) {
			t.Errorf("%s starts ingestion", name)
		}
	}
}

// What an execution starts with names the version of the object and nobody.
func TestUploadsInput(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := orchestrationOf(t, cfg)
	target := d.One(t, "aws_cloudwatch_event_target", "uploads/target")
	machine := d.One(t, "aws_sfn_state_machine", "ingestion/machine").Name
	if target.Get("arn") != "${aws_sfn_state_machine."+machine+".arn}" {
		t.Errorf("the target is %v", target.Get("arn"))
	}
	if target.Get("retry_policy", "maximum_event_age_in_seconds") != 86400.0 || target.Get("retry_policy", "maximum_retry_attempts") != 185.0 ||
		target.Get("dead_letter_config", "arn") == nil {
		t.Errorf("an upload can be lost: %v", target.Attributes)
	}
	paths, _ := target.Get("input_transformer", "input_paths").(map[string]any)
	template, _ := target.Get("input_transformer", "input_template").(string)
	const hostile = `tenants/acme/documents/a "quoted", {braced} <name>`
	event := uploaded("b", hostile)
	got := fill(t, template, paths, event)
	want := map[string]any{
		"bucket": "b", "key": hostile, "versionId": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", "etag": "b1946ac92492d2347c6235b4d2611184", "size": 1024.0,
		"sequencer": "00617F08299329D189", "time": "2026-03-01T10:00:00Z",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("input (-want +got):\n%s", d)
	}
}

// fill fills a template as EventBridge fills a JSON one: each placeholder becomes a
// JSON value.
func fill(t testing.TB, template string, paths map[string]any, event any) map[string]any {
	t.Helper()
	filled := regexp.MustCompile(`<(\w+)>`).ReplaceAllStringFunc(template, func(placeholder string) string {
		path, _ := paths[strings.Trim(placeholder, "<>")].(string)
		steps := []any{}
		for s := range strings.SplitSeq(strings.TrimPrefix(path, "$."), ".") {
			steps = append(steps, s)
		}
		value := synth.Get(event, steps...)
		if value == nil {
			t.Errorf("%s: the event has no %q", placeholder, path)
		}
		raw, _ := json.Marshal(value)
		return string(raw)
	})
	var got map[string]any
	if err := json.Unmarshal([]byte(filled), &got); err != nil {
		t.Fatalf("%s: %v", filled, err)
	}
	return got
}

// Only this rule, of this account, starts executions, and only of this machine.
func TestUploadsRole(t *testing.T) {
	d := orchestrationOf(t, loadEnv(t, "prod"))
	role := d.One(t, "aws_iam_role", "uploads-role/role")
	if got := d.One(t, "aws_cloudwatch_event_target", "uploads/target").Get("role_arn"); got != "${aws_iam_role."+role.Name+".arn}" {
		t.Errorf("the target takes the role %v", got)
	}
	trust := synth.Get(role.JSON(t, "assume_role_policy"), "Statement", 0)
	want := map[string]any{
		"StringEquals": map[string]any{"aws:SourceAccount": []any{"333333333333"}},
		"ArnEquals":    map[string]any{"aws:SourceArn": []any{"arn:aws:events:eu-central-1:333333333333:rule/flowops-prod-uploads"}},
	}
	if d := cmp.Diff(want, synth.Get(trust, "Condition")); d != "" {
		t.Errorf("who may take the role (-want +got):\n%s", d)
	}
	if d.One(t, "aws_cloudwatch_event_rule", "uploads/rule").Get("name") != "flowops-prod-uploads" || synth.Get(trust, "Principal", "Service", 0) != "events.amazonaws.com" {
		t.Error("the role is for another rule")
	}
	got := policyLines(d, d.One(t, "aws_iam_role_policy", "uploads-role/policy").JSON(t, "policy"))
	if d := cmp.Diff([]string{"Start: states:StartExecution on <orchestration/ingestion/machine.arn}"}, got); d != "" {
		t.Errorf("the role may (-want +got):\n%s", d)
	}
}
