package deploy

import (
	"strings"

	"github.com/flowops/flowops/test/synth"
)

const (
	noEffect  = "changes nothing that a function sees on this machine"
	noService = "the AWS of this machine has none, or none that answers; a stand-in takes its place"
	gateway   = "requests are made as API Gateway makes them, straight to the functions"
)

// leftOut are the types that are not made, and why.
var leftOut = map[string]string{
	"aws_cloudwatch_log_group":                           noEffect,
	"aws_cloudwatch_log_resource_policy":                 noEffect,
	"aws_cloudwatch_log_data_protection_policy":          noEffect,
	"aws_cloudwatch_event_archive":                       noEffect,
	"aws_s3_bucket_cors_configuration":                   noEffect,
	"aws_s3_bucket_lifecycle_configuration":              noEffect,
	"aws_s3_bucket_logging":                              noEffect,
	"aws_s3_bucket_ownership_controls":                   noEffect,
	"aws_s3_bucket_policy":                               noEffect + ": policies are judged by an IAM engine, not by this one",
	"aws_s3_bucket_public_access_block":                  noEffect,
	"aws_s3_bucket_server_side_encryption_configuration": noEffect,
	"aws_sqs_queue_policy":                               noEffect,
	"aws_sns_topic_policy":                               noEffect,
	"aws_cognito_user_pool_domain":                       noEffect,
	"aws_cognito_identity_pool":                          noEffect,
	"aws_cognito_identity_pool_provider_principal_tag":   noEffect,
	"aws_cognito_identity_pool_roles_attachment":         noEffect,
	"aws_opensearch_domain":                              noService,
	"aws_bedrock_guardrail":                              noService,
	"aws_bedrock_guardrail_version":                      noService,
	"aws_bedrock_model_invocation_logging_configuration": noEffect,
	"aws_lambda_provisioned_concurrency_config":          noEffect,
	"aws_iam_service_linked_role":                        noEffect,
	"aws_ssm_parameter":                                  gateway,
}

// standIn are the attributes of something that is not made, as others refer to
// them: made up of its name, unless the options say otherwise.
func standIn(d *Deployment, r synth.Resource, attributes map[string]any) map[string]any {
	name := r.Name
	for _, key := range []string{"name", "domain_name", "bucket", "domain"} {
		if s, ok := attributes[key].(string); ok && s != "" {
			name = s
			break
		}
	}
	service := strings.SplitN(strings.TrimPrefix(r.Type, "aws_"), "_", 2)[0]
	arn := "arn:aws:" + service + ":" + d.options.Config.Region + ":" + d.options.Account + ":" + name
	if r.Type == "aws_cloudwatch_log_group" {
		arn = "arn:aws:logs:" + d.options.Config.Region + ":" + d.options.Account + ":log-group:" + name
	}
	all := map[string]any{"id": name, "arn": arn, "name": name, "guardrail_id": "guardrail", "guardrail_arn": arn, "version": "1"}
	for k, v := range d.options.Stand[r.Type] {
		all[k] = v
	}
	return all
}
