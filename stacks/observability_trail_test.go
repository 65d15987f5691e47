package stacks

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/test/synth"
)

func TestObservabilityTrail(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		t.Run(name, func(t *testing.T) {
			cfg := loadEnv(t, name)
			d, o := observabilityOf(t, cfg), observedIn(cfg)
			trail := d.One(t, "aws_cloudtrail", "trail/trail")
			for attribute, want := range map[string]any{
				"name": cfg.TrailName(), "is_multi_region_trail": true, "include_global_service_events": true, "enable_log_file_validation": true,
				"enable_logging": true, "kms_key_id": *o.foundation.KMSKeyARN,
			} {
				if got := trail.Get(attribute); got != want {
					t.Errorf("%s is %v, want %v", attribute, got, want)
				}
			}
			logs := d.One(t, "aws_cloudwatch_log_group", "trail/logs")
			if group, _ := trail.Get("cloud_watch_logs_group_arn").(string); group != "${aws_cloudwatch_log_group."+logs.Name+".arn}:*" {
				t.Errorf("the trail delivers to %s", group)
			}
			if logs.Get("kms_key_id") != *o.foundation.KMSKeyARN || logs.Get("retention_in_days") != float64(cfg.Audit.LogRetentionDays) {
				t.Errorf("log group: key %v, retention %v", logs.Get("kms_key_id"), logs.Get("retention_in_days"))
			}
			// Both deliveries are tried when the trail is made.
			waits := texts(trail.Get("depends_on"))
			for _, kind := range []string{"aws_s3_bucket_policy.", "aws_iam_role_policy."} {
				if !slices.ContainsFunc(waits, func(w string) bool { return strings.HasPrefix(w, kind) }) {
					t.Errorf("the trail does not wait for %s; it waits for %v", kind, waits)
				}
			}
		})
	}
}

func TestObservabilityTrailRecordsTenantData(t *testing.T) {
	cfg := loadEnv(t, "prod")
	o := observedIn(cfg)
	var tables []any
	for _, table := range o.tables() {
		tables = append(tables, *table.ARN)
	}
	field := func(name, operator string, values ...any) any {
		return map[string]any{"field": name, operator: values}
	}
	management := map[string]any{"name": "Management events", "field_selector": []any{field("eventCategory", "equals", "Management")}}
	want := []any{
		management,
		map[string]any{"name": "Objects", "field_selector": []any{
			field("eventCategory", "equals", "Data"), field("resources.type", "equals", "AWS::S3::Object"),
			field("resources.ARN", "starts_with", *o.data.DocumentsBucketARN+"/"),
		}},
		map[string]any{"name": "Tables", "field_selector": []any{
			field("eventCategory", "equals", "Data"), field("resources.type", "equals", "AWS::DynamoDB::Table"),
			field("resources.ARN", "equals", tables...),
		}},
	}
	got := observabilityOf(t, cfg).One(t, "aws_cloudtrail", "trail").Get("advanced_event_selector")
	if d := cmp.Diff(any(want), got); d != "" {
		t.Errorf("with data events (-want +got):\n%s", d)
	}
	cfg.Audit.DataEvents = false
	got = observabilityOf(t, cfg).One(t, "aws_cloudtrail", "trail").Get("advanced_event_selector")
	if d := cmp.Diff(any([]any{management}), got); d != "" {
		t.Errorf("without data events (-want +got):\n%s", d)
	}
}

func TestObservabilityTrailBucket(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, o := observabilityOf(t, cfg), observedIn(cfg)
	const arn = "arn:aws:s3:::flowops-prod-trail-333333333333-eu-central-1"
	key := *o.foundation.KMSKeyARN
	got := map[string]any{}
	for _, s := range d.One(t, "aws_s3_bucket_policy", "trail/bucket/policy").JSON(t, "policy")["Statement"].([]any) {
		sid, _ := synth.Get(s, "Sid").(string)
		delete(s.(map[string]any), "Sid")
		got[sid] = s
	}
	service := map[string]any{"Service": []any{"cloudtrail.amazonaws.com"}}
	source := []any{"arn:aws:cloudtrail:eu-central-1:333333333333:trail/flowops-prod-audit"}
	is := func(key string, value ...any) map[string]any { return map[string]any{key: value} }
	both := []any{arn, arn + "/*"}
	want := map[string]any{
		"TLSOnly":      map[string]any{"Effect": "Deny", "Principal": "*", "Action": []any{"s3:*"}, "Resource": both, "Condition": map[string]any{"Bool": is("aws:SecureTransport", "false")}},
		"TLS12OrNewer": map[string]any{"Effect": "Deny", "Principal": "*", "Action": []any{"s3:*"}, "Resource": both, "Condition": map[string]any{"NumericLessThan": is("s3:TlsVersion", "1.2")}},
		// CloudTrail encrypts its digest files with SSE-S3, whatever the trail's key.
		"KMSOnly": map[string]any{"Effect": "Deny", "Principal": "*", "Action": []any{"s3:PutObject"}, "Resource": []any{arn + "/*"}, "Condition": map[string]any{
			"StringNotEquals": is("s3:x-amz-server-side-encryption", "aws:kms"), "Null": is("s3:x-amz-server-side-encryption", "false"),
			"StringNotEqualsIfExists": is("aws:PrincipalServiceName", "cloudtrail.amazonaws.com"),
		}},
		// The trail names the platform's key, which this lets through.
		"NoOtherKey": map[string]any{"Effect": "Deny", "Principal": "*", "Action": []any{"s3:PutObject"}, "Resource": []any{arn + "/*"}, "Condition": map[string]any{
			"StringNotEquals": is("s3:x-amz-server-side-encryption-aws-kms-key-id", key), "Null": is("s3:x-amz-server-side-encryption-aws-kms-key-id", "false"),
		}},
		"TrailChecks": map[string]any{"Effect": "Allow", "Principal": service, "Action": []any{"s3:GetBucketAcl"}, "Resource": []any{arn},
			"Condition": map[string]any{"StringEquals": is("aws:SourceArn", source...)}},
		"TrailWrites": map[string]any{"Effect": "Allow", "Principal": service, "Action": []any{"s3:PutObject"}, "Resource": []any{arn + "/AWSLogs/333333333333/*"},
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceArn": source, "s3:x-amz-acl": []any{"bucket-owner-full-control"}}}},
		"KeepRecord": map[string]any{"Effect": "Deny", "Principal": "*", "Action": []any{"s3:DeleteObject", "s3:DeleteObjectVersion"}, "Resource": []any{arn + "/*"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	rule := d.One(t, "aws_s3_bucket_lifecycle_configuration", "trail/bucket/lifecycle").Get("rule", 0)
	if synth.Get(rule, "expiration", 0, "days") != 365.0 || synth.Get(rule, "noncurrent_version_expiration", 0, "noncurrent_days") != 365.0 {
		t.Errorf("lifecycle %v", rule)
	}
	by := d.One(t, "aws_s3_bucket_server_side_encryption_configuration", "trail/bucket/encryption").Get("rule", 0, "apply_server_side_encryption_by_default")
	if synth.Get(by, "sse_algorithm") != "aws:kms" || synth.Get(by, "kms_master_key_id") != key {
		t.Errorf("encryption %v", by)
	}
	if target := d.One(t, "aws_s3_bucket_logging", "trail/bucket/logging").Get("target_bucket"); target != *o.data.AccessLogBucket {
		t.Errorf("access logs go to %v", target)
	}
	bucket := d.One(t, "aws_s3_bucket", "trail/bucket/bucket")
	if bucket.Get("force_destroy") != false || bucket.Get("lifecycle", "prevent_destroy") != true {
		t.Errorf("prod's record may be destroyed: %v", bucket.Attributes)
	}

	dev := observabilityOf(t, loadEnv(t, "dev"))
	policy, _ := dev.One(t, "aws_s3_bucket_policy", "trail/bucket/policy").Get("policy").(string)
	if dev.One(t, "aws_s3_bucket", "trail/bucket/bucket").Get("force_destroy") != true || strings.Contains(policy, "KeepRecord") {
		t.Error("dev's record can't be destroyed")
	}
}

func TestObservabilityTrailRole(t *testing.T) {
	d := observabilityOf(t, loadEnv(t, "dev"))
	role := d.One(t, "aws_iam_role", "trail/role/role")
	trust := role.JSON(t, "assume_role_policy")
	want := []any{map[string]any{"Effect": "Allow", "Principal": map[string]any{"Service": []any{"cloudtrail.amazonaws.com"}}, "Action": []any{"sts:AssumeRole"}}}
	if diff := cmp.Diff(any(want), trust["Statement"]); diff != "" {
		t.Errorf("trust (-want +got):\n%s", diff)
	}
	want = []any{map[string]any{
		"Sid": "TrailStreams", "Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"},
		"Resource": []any{"arn:aws:logs:eu-central-1:111111111111:log-group:/aws/cloudtrail/flowops-dev-audit:log-stream:111111111111_CloudTrail_eu-central-1*"},
	}}
	permissions := d.One(t, "aws_iam_role_policy", "trail/role/policy").JSON(t, "policy")
	if diff := cmp.Diff(any(want), permissions["Statement"]); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
	if d.One(t, "aws_cloudwatch_log_group", "trail/logs").Get("name") != "/aws/cloudtrail/flowops-dev-audit" {
		t.Error("the role is for another log group")
	}
	if n := len(d.Resources("aws_iam_role")); n != 1 {
		t.Errorf("%d roles, want that of the trail only", n)
	}
}

// Every metric that a security alarm watches is counted by a filter: the same
// namespace, name and dimensions.
func TestObservabilityFilters(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d, o := observabilityOf(t, cfg), observedIn(cfg)
	counted := map[string]bool{}
	key := func(namespace, name any, dimensions []string) string {
		raw, _ := json.Marshal([]any{namespace, name, dimensions})
		return string(raw)
	}
	for _, f := range d.Resources("aws_cloudwatch_log_metric_filter") {
		pattern, _ := f.Get("pattern").(string)
		if pattern == "" || len(pattern) > 1024 {
			t.Errorf("%s: a pattern of %d characters", f.Path, len(pattern))
		}
		dimensions, _ := f.Get("metric_transformation", "dimensions").(map[string]any)
		if (len(dimensions) > 0) == (f.Get("metric_transformation", "default_value") != nil) {
			t.Errorf("%s: CloudWatch takes a default value where, and only where, there are no dimensions", f.Path)
		}
		counted[key(f.Get("metric_transformation", "namespace"), f.Get("metric_transformation", "name"), slices.Sorted(maps.Keys(dimensions)))] = true
	}
	for _, s := range securityAlarms(o) {
		m := s.Metrics[0]
		if k := key(m.Namespace, m.Name, slices.Sorted(maps.Keys(m.Dimensions))); !counted[k] {
			t.Errorf("alarm %s watches %s, which no filter counts", s.ID, k)
		}
	}
}

func TestObservabilityTrailFilters(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d, o := observabilityOf(t, cfg), observedIn(cfg)
	tests := map[string]struct {
		metric string
		holds  []string
	}{
		"refused-calls": {"AuthorizationFailures", []string{`"*UnauthorizedOperation"`, `"AccessDenied*"`, `!= "HeadBucket"`}},
		"root":          {"RootUsage", []string{`$.userIdentity.type = "Root"`, "$.userIdentity.invokedBy NOT EXISTS", `!= "AwsServiceEvent"`}},
		"iam": {"IAMChanges", []string{
			`"iam.amazonaws.com"`, `"AttachRolePolicy"`, `"DetachRolePolicy"`, `"AttachUserPolicy"`, `"DetachUserPolicy"`, `"AttachGroupPolicy"`, `"DetachGroupPolicy"`,
			`"CreatePolicy*"`, `"DeletePolicy*"`, `"PutRolePolicy"`, `"DeleteRolePolicy"`, `"PutUserPolicy"`, `"DeleteUserPolicy"`, `"PutGroupPolicy"`, `"DeleteGroupPolicy"`,
			`"UpdateAssumeRolePolicy"`, `"DeleteRolePermissionsBoundary"`, `sessionIssuer.userName != "` + *o.ai.AgentProvisioner.RoleName + `"`, "sessionIssuer.userName NOT EXISTS",
		}},
		"keys":  {"KeyChanges", []string{`"kms.amazonaws.com"`, `"DisableKey"`, `"ScheduleKeyDeletion"`}},
		"trail": {"TrailChanges", []string{`"cloudtrail.amazonaws.com"`, `"StopLogging"`, `"DeleteTrail"`, `"UpdateTrail"`, `"PutEventSelectors"`}},
	}
	logs := d.One(t, "aws_cloudwatch_log_group", "trail/logs")
	for id, want := range tests {
		f := d.One(t, "aws_cloudwatch_log_metric_filter", "filter-trail-"+id)
		pattern, _ := f.Get("pattern").(string)
		for _, part := range want.holds {
			if !strings.Contains(pattern, part) {
				t.Errorf("%s does not hold %s: %s", id, part, pattern)
			}
		}
		if strings.Count(pattern, "(") != strings.Count(pattern, ")") {
			t.Errorf("%s: parentheses don't match: %s", id, pattern)
		}
		if f.Get("metric_transformation", "name") != want.metric || f.Get("metric_transformation", "namespace") != "FlowOps/dev" || f.Get("metric_transformation", "value") != "1" {
			t.Errorf("%s counts %v", id, f.Get("metric_transformation"))
		}
		if f.Get("log_group_name") != "${aws_cloudwatch_log_group."+logs.Name+".name}" {
			t.Errorf("%s reads %v", id, f.Get("log_group_name"))
		}
	}
}

func TestObservabilityFunctionAndModelFilters(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d, o := observabilityOf(t, cfg), observedIn(cfg)
	for _, f := range o.functions() {
		filter := d.One(t, "aws_cloudwatch_log_metric_filter", "filter-security-"+f.Function.Name)
		want := map[string]any{"namespace": "FlowOps", "name": "SecurityEvents", "value": "1", "unit": "Count", "dimensions": map[string]any{"Environment": "$.environment"}}
		if diff := cmp.Diff(any(want), filter.Get("metric_transformation")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Function.Name, diff)
		}
		if pattern, _ := filter.Get("pattern").(string); filter.Get("log_group_name") != *f.LogGroup || !strings.Contains(pattern, "$.securityEvent = *") {
			t.Errorf("%s reads %v with %s", f.Function.Name, filter.Get("log_group_name"), pattern)
		}
	}
	for id, want := range map[string][2]string{
		"invocations": {"BedrockInvocations", "1"}, "tokens-in": {"InputTokens", "$.input.inputTokenCount"}, "tokens-out": {"OutputTokens", "$.output.outputTokenCount"},
	} {
		f := d.One(t, "aws_cloudwatch_log_metric_filter", "filter-models-"+id)
		got := [2]string{}
		got[0], _ = f.Get("metric_transformation", "name").(string)
		got[1], _ = f.Get("metric_transformation", "value").(string)
		if got != want || f.Get("metric_transformation", "dimensions", "Model") != "$.modelId" || f.Get("log_group_name") != *o.ai.InvocationLogGroup {
			t.Errorf("%s: %v", id, f.Attributes)
		}
	}
}
