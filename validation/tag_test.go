package validation

import (
	"slices"
	"testing"
)

func tagCases() []ruleCase {
	wanted := Options{Tags: map[string]string{"Project": "flowops", "Owner": ""}}
	tags := func(rule, name, typ string, attributes attrs, want Verdict) ruleCase {
		return ruleCase{rule, name, doc{typ + ".x": attributes}, want, wanted}
	}
	full := attrs{"Project": "flowops", "Owner": "team", "DataClassification": "internal"}
	house := attrs{"CostCenter": "1", "DataClassification": "public", "Environment": "dev", "ManagedBy": "cdktf", "Owner": "o", "Project": "p"}
	return []ruleCase{
		tags("FO-TAG-001", "all", "aws_sqs_queue", attrs{"tags": full}, Compliant),
		tags("FO-TAG-001", "one missing", "aws_sqs_queue", attrs{"tags": with(full, attrs{"Owner": nil})}, NonCompliant),
		tags("FO-TAG-001", "none", "aws_sqs_queue", attrs{}, NonCompliant),
		tags("FO-TAG-001", "a type that takes none", "aws_sqs_queue_policy", attrs{}, NotApplicable),
		tags("FO-TAG-001", "a type that is not listed", "aws_brand_new", attrs{"tags": attrs{}}, NonCompliant),
		tags("FO-TAG-001", "function call", "aws_sqs_queue", attrs{"tags": "${merge(local.tags, {})}"}, Unknown),
		{"FO-TAG-001", "the house's tags", doc{"aws_sqs_queue.x": {"tags": house}}, Compliant, Options{}},
		{"FO-TAG-001", "not the house's tags", doc{"aws_sqs_queue.x": {"tags": full}}, NonCompliant, Options{}},

		tags("FO-TAG-002", "allowed", "aws_sqs_queue", attrs{"tags": full}, Compliant),
		tags("FO-TAG-002", "other project", "aws_sqs_queue", attrs{"tags": with(full, attrs{"Project": "other"})}, NonCompliant),
		tags("FO-TAG-002", "classification", "aws_sqs_queue", attrs{"tags": with(full, attrs{"DataClassification": "secret"})}, NonCompliant),
		tags("FO-TAG-002", "variable", "aws_sqs_queue", attrs{"tags": with(full, attrs{"Project": "${var.p}"})}, Unknown),
		tags("FO-TAG-002", "none", "aws_sqs_queue", attrs{}, NotApplicable),

		{"FO-TAG-003", "all", doc{"provider.aws": {"default_tags": []any{attrs{"tags": full}}}}, Compliant, wanted},
		{"FO-TAG-003", "one missing", doc{"provider.aws": {"default_tags": []any{attrs{"tags": attrs{"Owner": "o"}}}}}, NonCompliant, wanted},
		{"FO-TAG-003", "none", doc{"provider.aws": {"region": "eu-central-1"}}, NonCompliant, wanted},
		{"FO-TAG-003", "variable", doc{"provider.aws": {"default_tags": []any{attrs{"tags": "${var.tags}"}}}}, Unknown, wanted},
	}
}

func TestTaggableTypes(t *testing.T) {
	types := taggableTypes()
	if !slices.IsSorted(types) || len(slices.Compact(slices.Clone(types))) != len(types) {
		t.Error("taggable_types.txt is not sorted, or names a type twice")
	}
	for _, typ := range []string{
		"aws_kms_key", "aws_s3_bucket", "aws_s3_object", "aws_dynamodb_table", "aws_opensearch_domain", "aws_cloudwatch_log_group", "aws_sqs_queue",
		"aws_sns_topic", "aws_cloudtrail", "aws_lambda_function", "aws_sfn_state_machine", "aws_cloudwatch_event_bus", "aws_cloudwatch_event_rule",
		"aws_ssm_parameter", "aws_bedrock_guardrail", "aws_cognito_user_pool", "aws_cognito_identity_pool", "aws_api_gateway_rest_api", "aws_api_gateway_stage",
		"aws_api_gateway_usage_plan", "aws_apigatewayv2_api", "aws_wafv2_web_acl", "aws_iam_role", "aws_iam_policy", "aws_vpc", "aws_subnet", "aws_security_group",
		"aws_cloudwatch_metric_alarm", "aws_xray_group", "aws_xray_sampling_rule", "aws_flow_log", "aws_vpc_endpoint", "aws_datasync_task",
	} {
		if _, ok := slices.BinarySearch(types, typ); !ok {
			t.Errorf("%s is not listed", typ)
		}
	}
	for _, typ := range []string{"aws_kms_alias", "aws_iam_role_policy", "aws_cloudwatch_event_archive", "aws_sqs_queue_policy", "aws_cloudwatch_dashboard"} {
		if _, ok := slices.BinarySearch(types, typ); ok {
			t.Errorf("%s is listed and takes no tags", typ)
		}
	}
}
