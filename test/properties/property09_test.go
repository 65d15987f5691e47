package properties

import (
	"testing"

	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// Where a resource that stores something names the key that encrypts it.
var storage = map[string][]any{
	"aws_bedrock_guardrail":      {"kms_key_arn"},
	"aws_cloudtrail":             {"kms_key_id"},
	"aws_cloudwatch_event_bus":   {"kms_key_identifier"},
	"aws_cloudwatch_log_group":   {"kms_key_id"},
	"aws_dynamodb_table":         {"server_side_encryption", "kms_key_arn"},
	"aws_lambda_function":        {"kms_key_arn"}, // environment variables and code
	"aws_opensearch_domain":      {"encrypt_at_rest", "kms_key_id"},
	"aws_s3_object":              {"kms_key_id"},
	"aws_sfn_state_machine":      {"encryption_configuration", "kms_key_id"},
	"aws_sns_topic":              {"kms_master_key_id"},
	"aws_sqs_queue":              {"kms_master_key_id"},
	"aws_ssm_parameter":          {"key_id"},
	"aws_xray_encryption_config": {"key_id"},
}

// What else makes the key take effect: a switch beside it.
var switches = map[string]struct {
	at    []any
	value any
}{
	"aws_dynamodb_table":         {[]any{"server_side_encryption", "enabled"}, true},
	"aws_opensearch_domain":      {[]any{"encrypt_at_rest", "enabled"}, true},
	"aws_s3_object":              {[]any{"server_side_encryption"}, "aws:kms"},
	"aws_sfn_state_machine":      {[]any{"encryption_configuration", "type"}, "CUSTOMER_MANAGED_KMS_KEY"},
	"aws_ssm_parameter":          {[]any{"type"}, "SecureString"},
	"aws_xray_encryption_config": {[]any{"type"}, "KMS"},
}

// unencryptable are types that store something and can't be given a key, with
// the reason.
var unencryptable = map[string]string{
	"aws_cloudwatch_event_archive":                       "the provider has no key for an archive: it is encrypted with a key of AWS",
	"aws_cognito_user_pool":                              "Cognito encrypts with a key of its own",
	"aws_cloudwatch_dashboard":                           "layout and metric names, encrypted by CloudWatch",
	"aws_cloudwatch_query_definition":                    "query text, encrypted by CloudWatch",
	"aws_apigatewayv2_deployment":                        "the API's definition",
	"aws_api_gateway_deployment":                         "the API's definition",
	"aws_bedrock_guardrail_version":                      "its guardrail has the key",
	"aws_wafv2_web_acl":                                  "the rules; its logs go to an encrypted group",
	"aws_cloudwatch_log_data_protection_policy":          "its group has the key",
	"aws_lambda_invocation":                              "the call's result stands in the Terraform state, which has a key",
	"aws_dynamodb_contributor_insights":                  "the keys that are read and written most stand in CloudWatch, encrypted by CloudWatch",
	"aws_cloudwatch_contributor_insight_rule":            "counts, encrypted by CloudWatch",
	"aws_bedrock_model_invocation_logging_configuration": "logs go to an encrypted group",
	"aws_flow_log":                                       "logs go to an encrypted group",
}

// storeless are the types that store nothing.
var storeless = []string{
	"aws_api_gateway_account", "aws_api_gateway_authorizer", "aws_api_gateway_base_path_mapping", "aws_api_gateway_domain_name", "aws_api_gateway_gateway_response",
	"aws_api_gateway_integration", "aws_api_gateway_integration_response", "aws_api_gateway_method", "aws_api_gateway_method_response", "aws_api_gateway_method_settings",
	"aws_api_gateway_model", "aws_api_gateway_request_validator", "aws_api_gateway_resource", "aws_api_gateway_rest_api", "aws_api_gateway_rest_api_policy",
	"aws_api_gateway_stage", "aws_api_gateway_usage_plan", "aws_apigatewayv2_api", "aws_apigatewayv2_api_mapping", "aws_apigatewayv2_authorizer",
	"aws_apigatewayv2_domain_name", "aws_apigatewayv2_integration", "aws_apigatewayv2_route", "aws_apigatewayv2_stage", "aws_cloudwatch_event_rule",
	"aws_cloudwatch_event_target", "aws_cloudwatch_log_metric_filter", "aws_cloudwatch_log_resource_policy", "aws_cloudwatch_metric_alarm",
	"aws_cognito_identity_pool", "aws_cognito_identity_pool_provider_principal_tag", "aws_cognito_identity_pool_roles_attachment", "aws_cognito_user_group",
	"aws_cognito_user_pool_client", "aws_cognito_user_pool_domain", "aws_default_security_group", "aws_iam_policy", "aws_iam_role", "aws_iam_role_policy",
	"aws_iam_role_policy_attachment", "aws_iam_service_linked_role", "aws_kms_alias", "aws_kms_key", "aws_lambda_alias", "aws_lambda_function_event_invoke_config",
	"aws_lambda_permission", "aws_lambda_provisioned_concurrency_config", "aws_route53_record", "aws_route_table", "aws_route_table_association",
	"aws_s3_bucket_cors_configuration", "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_logging", "aws_s3_bucket_notification",
	"aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block", "aws_s3_bucket_server_side_encryption_configuration",
	"aws_s3_bucket_versioning", "aws_security_group", "aws_sns_topic_policy", "aws_sns_topic_subscription", "aws_sqs_queue_policy", "aws_subnet", "aws_vpc",
	"aws_vpc_endpoint", "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule", "aws_wafv2_web_acl_association",
	"aws_wafv2_web_acl_logging_configuration", "aws_xray_group", "aws_xray_sampling_rule",
}

// Every storage resource is encrypted at rest with the customer-managed key.
func TestProperty09_EncryptedStorage(t *testing.T) {
	where := map[string]string{
		"aws_bedrock_guardrail": stacks.AI, "aws_cloudtrail": stacks.Observability, "aws_cloudwatch_event_bus": stacks.Orchestration,
		"aws_cloudwatch_log_group": stacks.API, "aws_dynamodb_table": stacks.Data, "aws_lambda_function": stacks.Compute, "aws_opensearch_domain": stacks.Data,
		"aws_s3_object": stacks.AI, "aws_sfn_state_machine": stacks.Orchestration, "aws_sns_topic": stacks.Orchestration, "aws_sqs_queue": stacks.Compute,
		"aws_ssm_parameter": stacks.API, "aws_xray_encryption_config": stacks.Observability,
	}
	encryption := "aws_s3_bucket_server_side_encryption_configuration"
	mutants := []mutant{
		drop("bucket without encryption", stacks.AI, encryption, ""),
		change("bucket encrypted by S3", stacks.Observability, encryption, "", setting("AES256", "rule", 0, "apply_server_side_encryption_by_default", "sse_algorithm")),
		add("another bucket", stacks.Data, "aws_s3_bucket", "documents", setting("another", "bucket")),
		add("a type that nobody has judged", stacks.Compute, "aws_efs_file_system", "", setting(false, "encrypted")),
		change("flow log without the key", stacks.Foundation, "aws_cloudwatch_log_group", "", setting(nil, "kms_key_id")),
	}
	for kind, at := range storage {
		mutants = append(mutants,
			change(kind+" without a key", where[kind], kind, "", setting(nil, at...)),
			change(kind+" with a key of AWS", where[kind], kind, "", setting("alias/aws/s3", at...)))
		if s, ok := switches[kind]; ok {
			mutants = append(mutants, change(kind+" switched off", where[kind], kind, "", setting("off", s.at...)))
		}
	}
	prove(t, stacks.Names(), encryptedStorage, mutants...)
}

func encryptedStorage(e environment) []string {
	var p problems
	judged := map[string]bool{"aws_s3_bucket": true}
	for _, kind := range storeless {
		judged[kind] = true
	}
	for kind := range unencryptable {
		judged[kind] = true
	}
	for stack, d := range e.docs {
		for _, r := range d.Resources("") {
			at, stores := storage[r.Type]
			p.that(stores || judged[r.Type], "%s: nobody has said whether it stores something", r.Type)
			if stores {
				p.that(r.Get(at...) == e.key(stack), "%s in %s is encrypted with %v", named(r), stack, r.Get(at...))
				if s, ok := switches[r.Type]; ok {
					p.that(r.Get(s.at...) == s.value, "%s: %v is %v", named(r), s.at, r.Get(s.at...))
				}
			}
		}
		for _, bucket := range d.Resources("aws_s3_bucket") {
			encryption := owned(d, "aws_s3_bucket_server_side_encryption_configuration", "bucket", bucket)
			if bucket.Get("bucket") == e.cfg.BucketName("access-logs") {
				// S3 delivers server access logs only into buckets with its own
				// encryption (S3 user guide: "Enabling Amazon S3 server access
				// logging").
				p.that(len(encryption) == 1 && synth.Get(encryption[0].Get("rule"), 0, "apply_server_side_encryption_by_default", "sse_algorithm") == "AES256",
					"%s: not encrypted by S3", named(bucket))
				continue
			}
			p.that(len(encryption) == 1 && kmsOf(encryption[0]) == e.key(stack), "%s in %s is not encrypted with the platform's key", named(bucket), stack)
		}
	}
	return p
}
