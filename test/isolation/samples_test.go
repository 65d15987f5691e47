package isolation

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// The ids that AWS makes up. The WebSocket API's is the one in the calls of the
// end-to-end tests.
const (
	restAPI      = "r3s4t5u6v7"
	webSocketAPI = "a1b2c3d4e5"
)

// sampleID is an id that looks like a UUID, the same for the same name.
func sampleID(name string) string {
	digest := sha256.Sum256([]byte(name))
	sum := hex.EncodeToString(digest[:])
	return fmt.Sprintf("%s-%s-4%s-8%s-%s", sum[:8], sum[8:12], sum[13:16], sum[17:20], sum[20:32])
}

// computed are the attributes that AWS would give a resource, from its type and
// the attributes that it is made with.
func (a *account) computed(kind, name string, attributes map[string]any) map[string]any {
	text := func(key string) string { s, _ := attributes[key].(string); return s }
	arn := func(service, resource string) string { return a.arn(service, resource) }
	path := text("path")
	if path == "" {
		path = "/"
	}
	switch kind {
	case "aws_iam_role":
		return map[string]any{"id": text("name"), "arn": a.global("role" + path + text("name"))}
	case "aws_iam_policy":
		return map[string]any{"id": a.global("policy" + path + text("name")), "arn": a.global("policy" + path + text("name"))}
	case "aws_dynamodb_table":
		return map[string]any{"id": text("name"), "arn": arn("dynamodb", "table/"+text("name"))}
	case "aws_kms_key":
		id := sampleID(name)
		return map[string]any{"id": id, "key_id": id, "arn": arn("kms", "key/"+id)}
	case "aws_lambda_function":
		function := arn("lambda", "function:"+text("function_name"))
		return map[string]any{"id": text("function_name"), "arn": function, "version": "1", "invoke_arn": function}
	case "aws_lambda_alias":
		alias := arn("lambda", "function:"+text("function_name")+":"+text("name"))
		return map[string]any{"id": alias, "arn": alias, "invoke_arn": alias}
	case "aws_s3_bucket":
		return map[string]any{"id": text("bucket"), "arn": "arn:aws:s3:::" + text("bucket")}
	case "aws_sqs_queue":
		return map[string]any{"id": text("name"), "url": "https://sqs." + a.region + ".amazonaws.com/" + a.id + "/" + text("name"), "arn": arn("sqs", text("name"))}
	case "aws_sns_topic":
		return map[string]any{"id": arn("sns", text("name")), "arn": arn("sns", text("name"))}
	case "aws_sfn_state_machine":
		return map[string]any{"id": text("name"), "arn": arn("states", "stateMachine:"+text("name"))}
	case "aws_cloudwatch_event_bus":
		return map[string]any{"id": text("name"), "arn": arn("events", "event-bus/"+text("name"))}
	case "aws_cloudwatch_event_rule":
		return map[string]any{"id": text("name"), "arn": arn("events", "rule/"+text("name"))}
	case "aws_cloudwatch_log_group":
		return map[string]any{"id": text("name"), "arn": arn("logs", "log-group:"+text("name"))}
	case "aws_cloudtrail":
		return map[string]any{"id": text("name"), "arn": arn("cloudtrail", "trail/"+text("name"))}
	case "aws_opensearch_domain":
		return map[string]any{"id": text("domain_name"), "arn": arn("es", "domain/"+text("domain_name")), "endpoint": "search-" + text("domain_name") + ".es.amazonaws.com"}
	case "aws_api_gateway_rest_api":
		return map[string]any{"id": restAPI, "root_resource_id": "root", "execution_arn": arn("execute-api", restAPI)}
	case "aws_apigatewayv2_api":
		return map[string]any{"id": webSocketAPI, "execution_arn": arn("execute-api", webSocketAPI)}
	case "aws_cognito_user_pool":
		id := a.region + "_Samp1ePoo"
		return map[string]any{"id": id, "arn": arn("cognito-idp", "userpool/"+id)}
	case "aws_cognito_identity_pool":
		return map[string]any{"id": a.region + ":" + sampleID(name)}
	case "aws_bedrock_guardrail":
		return map[string]any{"guardrail_id": "g1u2a3r4d5", "guardrail_arn": arn("bedrock", "guardrail/g1u2a3r4d5")}
	}
	// Whatever refers to it is in no policy, or the engine's check of ARNs tells.
	service := strings.SplitN(strings.TrimPrefix(kind, "aws_"), "_", 2)[0]
	return map[string]any{"id": "sample-" + name, "arn": arn(service, name), "version": "1", "domain_name": name + ".example.com"}
}
