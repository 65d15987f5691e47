package validation

import (
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

func fnCases() []ruleCase {
	var cases []ruleCase
	one := func(rule, name, typ string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{typ + ".x": attributes}, want, Options{}})
	}
	tracing := func(mode any) attrs { return attrs{"tracing_config": attrs{"mode": mode}} }
	one("FO-FN-001", "active", "aws_lambda_function", tracing("Active"), Compliant)
	one("FO-FN-001", "passed through", "aws_lambda_function", tracing("PassThrough"), NonCompliant)
	one("FO-FN-001", "default", "aws_lambda_function", attrs{}, NonCompliant)
	one("FO-FN-001", "variable", "aws_lambda_function", tracing("${var.m}"), Unknown)

	for rule, at := range map[string]struct {
		attribute  string
		few, chats float64
	}{"FO-FN-002": {"memory_size", 256, 512}, "FO-FN-003": {"timeout", 10, 30}} {
		sized := func(name string, size any) attrs {
			return attrs{"function_name": "flowops-dev-" + name, at.attribute: size}
		}
		one(rule, "chat", "aws_lambda_function", sized(contract.AgentInvoke.Name, at.chats), Compliant)
		one(rule, "small", "aws_lambda_function", sized(contract.WebSocket.Name, at.few), Compliant)
		one(rule, "small chat", "aws_lambda_function", sized(contract.AgentInvoke.Name, at.few), NonCompliant)
		one(rule, "default", "aws_lambda_function", sized(contract.WebSocket.Name, nil), NonCompliant)
		one(rule, "variable", "aws_lambda_function", sized(contract.WebSocket.Name, "${var.s}"), Unknown)
	}

	failure := func(name string, function, config attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-FN-004", name, doc{
			"aws_lambda_function.x": function, "aws_lambda_function_event_invoke_config.c": config,
		}, want, Options{}})
	}
	own := attrs{"dead_letter_config": attrs{"target_arn": "${aws_sqs_queue.q.arn}"}}
	kept := attrs{"function_name": "${aws_lambda_function.x.function_name}", "destination_config": attrs{"on_failure": attrs{"destination": "${aws_sqs_queue.q.arn}"}}}
	failure("queue", own, attrs{}, Compliant)
	failure("destination", attrs{}, kept, Compliant)
	failure("another's destination", attrs{}, with(kept, attrs{"function_name": "${aws_lambda_function.y.function_name}"}), NonCompliant)
	failure("destination for success", attrs{}, with(kept, attrs{"destination_config": attrs{"on_success": attrs{}}}), NonCompliant)
	failure("variable", attrs{}, with(kept, attrs{"function_name": "${var.f}"}), Unknown)

	variables := attrs{}
	for _, name := range slices.Concat(contract.CommonEnvironment, contract.WebSocket.Environment) {
		variables[name] = "${aws_x_y.z.name}"
	}
	environment := func(name string, variables any) attrs {
		return attrs{"function_name": name, "environment": attrs{"variables": variables}}
	}
	one("FO-FN-005", "whole", "aws_lambda_function", environment("flowops-dev-websocket", variables), Compliant)
	one("FO-FN-005", "one missing", "aws_lambda_function", environment("flowops-dev-websocket", with(variables, attrs{contract.EnvLogLevel: nil})), NonCompliant)
	one("FO-FN-005", "nothing", "aws_lambda_function", attrs{"function_name": "websocket"}, NonCompliant)
	one("FO-FN-005", "no function of ours", "aws_lambda_function", environment("custom-resource", attrs{}), NotApplicable)
	one("FO-FN-005", "variable", "aws_lambda_function", environment("flowops-dev-websocket", "${var.v}"), Unknown)

	one("FO-FN-006", "stage", "aws_api_gateway_stage", attrs{"xray_tracing_enabled": true}, Compliant)
	one("FO-FN-006", "state machine", "aws_sfn_state_machine", attrs{"tracing_configuration": attrs{"enabled": true}}, Compliant)
	one("FO-FN-006", "not traced", "aws_sfn_state_machine", attrs{}, NonCompliant)
	one("FO-FN-006", "variable", "aws_api_gateway_stage", attrs{"xray_tracing_enabled": "${var.t}"}, Unknown)

	one("FO-FN-007", "current", "aws_lambda_function", attrs{"runtime": "provided.al2023"}, Compliant)
	one("FO-FN-007", "deprecated", "aws_lambda_function", attrs{"runtime": "go1.x"}, NonCompliant)
	one("FO-FN-007", "none", "aws_lambda_function", attrs{}, NonCompliant)
	one("FO-FN-007", "image", "aws_lambda_function", attrs{"package_type": "Image"}, NotApplicable)
	one("FO-FN-007", "variable", "aws_lambda_function", attrs{"runtime": "${var.r}"}, Unknown)

	holds := func(name, variable string, value any, want Verdict) {
		one("FO-FN-008", name, "aws_lambda_function", environment("f", attrs{"LOG_LEVEL": "INFO", variable: value}), want)
	}
	holds("nothing", "TABLE", "${aws_dynamodb_table.t.name}", Compliant)
	holds("where it is kept", "DB_SECRET", "${aws_secretsmanager_secret.s.arn}", Compliant)
	holds("an id of a key", "SESSION_HMAC_KEY_ID", "1234", Compliant)
	holds("a password", "DB_PASSWORD", "swordfish", NonCompliant)
	holds("a generated password", "DB_PASSWORD", "${random_password.p.result}", Unknown)
	holds("an access key", "CALLER", "AKIA"+strings.Repeat("A", 16), NonCompliant)
	holds("a private key", "PEM", "-----BEGIN EC PRIVATE KEY-----", NonCompliant)
	holds("a URL with a password", "DATABASE", "postgres://u:p@db/x", NonCompliant)
	one("FO-FN-008", "no environment", "aws_lambda_function", attrs{}, Compliant)
	one("FO-FN-008", "variables by variable", "aws_lambda_function", environment("f", "${var.v}"), Unknown)

	one("FO-FN-009", "kept", "aws_cloudwatch_event_target", attrs{"dead_letter_config": attrs{"arn": "${aws_sqs_queue.q.arn}"}}, Compliant)
	one("FO-FN-009", "dropped", "aws_cloudwatch_event_target", attrs{}, NonCompliant)
	one("FO-FN-009", "variable", "aws_cloudwatch_event_target", attrs{"dynamic": attrs{"dead_letter_config": attrs{}}}, Unknown)

	queue := func(name string, own, other attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-FN-010", name, doc{"aws_sqs_queue.x": own, "aws_lambda_function.f": other}, want, Options{}})
	}
	dead := func(arn string) attrs { return attrs{"dead_letter_config": attrs{"target_arn": arn}} }
	queue("redriven", attrs{"redrive_policy": `{"maxReceiveCount":3}`}, attrs{}, Compliant)
	queue("a function's", attrs{}, dead("${aws_sqs_queue.x.arn}"), Compliant)
	queue("nobody's", attrs{}, dead("${aws_sqs_queue.y.arn}"), NonCompliant)
	queue("variable", attrs{}, dead("${var.q}"), Unknown)

	one("FO-FN-011", "kept", "aws_sns_topic_subscription", attrs{"redrive_policy": `{"deadLetterTargetArn":"${aws_sqs_queue.q.arn}"}`}, Compliant)
	one("FO-FN-011", "dropped", "aws_sns_topic_subscription", attrs{"protocol": "https"}, NonCompliant)
	one("FO-FN-011", "variable", "aws_sns_topic_subscription", attrs{"dynamic": attrs{"redrive_policy": attrs{}}}, Unknown)
	return cases
}
