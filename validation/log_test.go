package validation

func logCases() []ruleCase {
	var cases []ruleCase
	one := func(rule, name, typ string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{typ + ".x": attributes}, want, Options{}})
	}
	one("FO-LOG-001", "30 days", "aws_cloudwatch_log_group", attrs{"retention_in_days": 30}, Compliant)
	one("FO-LOG-001", "for ever", "aws_cloudwatch_log_group", attrs{}, NonCompliant)
	one("FO-LOG-001", "zero is for ever", "aws_cloudwatch_log_group", attrs{"retention_in_days": 0}, NonCompliant)
	one("FO-LOG-001", "variable", "aws_cloudwatch_log_group", attrs{"retention_in_days": "${var.d}"}, Unknown)

	group := func(name string, function attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-LOG-002", name, doc{
			"aws_lambda_function.x":        function,
			"aws_lambda_function.other":    {"logging_config": attrs{"log_group": "${aws_cloudwatch_log_group.theirs.name}"}},
			"aws_cloudwatch_log_group.own": {"name": "/aws/lambda/own"}, "aws_cloudwatch_log_group.theirs": {"name": "/theirs"},
		}, want, Options{}})
	}
	to := func(value any) attrs { return attrs{"logging_config": []any{attrs{"log_group": value}}} }
	group("own", to("${aws_cloudwatch_log_group.own.name}"), Compliant)
	group("own, named literally", to("/aws/lambda/own"), Compliant)
	group("own, by Lambda's default", attrs{"function_name": "own"}, Compliant)
	group("none", attrs{"function_name": "f"}, NonCompliant)
	group("shared", to("${aws_cloudwatch_log_group.theirs.name}"), NonCompliant)
	group("of no stack", to("/elsewhere"), NonCompliant)
	group("of another stack", to("${data.terraform_remote_state.ai.outputs.log_group}"), Unknown)

	format := func(value any) attrs { return attrs{"logging_config": attrs{"log_format": value}} }
	one("FO-LOG-003", "JSON", "aws_lambda_function", format("JSON"), Compliant)
	one("FO-LOG-003", "text", "aws_lambda_function", format("Text"), NonCompliant)
	one("FO-LOG-003", "default", "aws_lambda_function", attrs{}, NonCompliant)
	one("FO-LOG-003", "variable", "aws_lambda_function", format("${var.f}"), Unknown)

	stage := attrs{"access_log_settings": attrs{"destination_arn": "${aws_cloudwatch_log_group.g.arn}", "format": "{}"}}
	one("FO-LOG-004", "logged", "aws_api_gateway_stage", stage, Compliant)
	one("FO-LOG-004", "WebSocket", "aws_apigatewayv2_stage", stage, Compliant)
	one("FO-LOG-004", "not logged", "aws_api_gateway_stage", attrs{}, NonCompliant)
	one("FO-LOG-004", "no format", "aws_api_gateway_stage", attrs{"access_log_settings": attrs{"destination_arn": "a"}}, NonCompliant)
	one("FO-LOG-004", "dynamic block", "aws_api_gateway_stage", attrs{"dynamic": attrs{"access_log_settings": attrs{}}}, Unknown)

	one("FO-LOG-005", "off", "aws_api_gateway_method_settings", attrs{"settings": attrs{"data_trace_enabled": false}}, Compliant)
	one("FO-LOG-005", "default", "aws_apigatewayv2_stage", attrs{}, Compliant)
	one("FO-LOG-005", "on", "aws_api_gateway_method_settings", attrs{"settings": attrs{"data_trace_enabled": true}}, NonCompliant)
	one("FO-LOG-005", "on for WebSocket", "aws_apigatewayv2_stage", attrs{"default_route_settings": attrs{"data_trace_enabled": true}}, NonCompliant)
	one("FO-LOG-005", "variable", "aws_api_gateway_method_settings", attrs{"settings": attrs{"data_trace_enabled": "${var.t}"}}, Unknown)

	machine := func(level, data any) attrs {
		return attrs{"logging_configuration": attrs{"level": level, "include_execution_data": data, "log_destination": "${aws_cloudwatch_log_group.g.arn}:*"}}
	}
	one("FO-LOG-006", "without data", "aws_sfn_state_machine", machine("ALL", false), Compliant)
	one("FO-LOG-006", "with data", "aws_sfn_state_machine", machine("ALL", true), NonCompliant)
	one("FO-LOG-006", "off", "aws_sfn_state_machine", machine("OFF", false), NonCompliant)
	one("FO-LOG-006", "nothing", "aws_sfn_state_machine", attrs{}, NonCompliant)
	one("FO-LOG-006", "variable", "aws_sfn_state_machine", machine("${var.l}", false), Unknown)

	trail := attrs{
		"is_multi_region_trail": true, "enable_log_file_validation": true,
		"cloud_watch_logs_group_arn": "${aws_cloudwatch_log_group.g.arn}:*", "cloud_watch_logs_role_arn": "${aws_iam_role.r.arn}",
	}
	one("FO-LOG-007", "whole", "aws_cloudtrail", trail, Compliant)
	for _, setting := range sortedKeys(trail) {
		one("FO-LOG-007", "without "+setting, "aws_cloudtrail", with(trail, attrs{setting: nil}), NonCompliant)
	}
	one("FO-LOG-007", "stopped", "aws_cloudtrail", with(trail, attrs{"enable_logging": false}), NonCompliant)
	one("FO-LOG-007", "variable", "aws_cloudtrail", with(trail, attrs{"is_multi_region_trail": "${var.m}"}), Unknown)

	options := func(kinds ...any) attrs {
		var list []any
		for _, kind := range kinds {
			list = append(list, attrs{"log_type": kind})
		}
		return attrs{"log_publishing_options": list}
	}
	one("FO-LOG-008", "audited", "aws_opensearch_domain", options("SEARCH_SLOW_LOGS", "AUDIT_LOGS"), Compliant)
	one("FO-LOG-008", "slow logs only", "aws_opensearch_domain", options("SEARCH_SLOW_LOGS"), NonCompliant)
	one("FO-LOG-008", "off", "aws_opensearch_domain", attrs{"log_publishing_options": attrs{"log_type": "AUDIT_LOGS", "enabled": false}}, NonCompliant)
	one("FO-LOG-008", "variable", "aws_opensearch_domain", options("${each.key}"), Unknown)

	one("FO-LOG-009", "none", "aws_vpc", attrs{}, NonCompliant)
	flow := func(name, vpc string, want Verdict) {
		cases = append(cases, ruleCase{"FO-LOG-009", name, doc{"aws_vpc.x": {}, "aws_flow_log.l": {"vpc_id": vpc}}, want, Options{}})
	}
	flow("logged", "${aws_vpc.x.id}", Compliant)
	flow("another's", "${aws_vpc.y.id}", NonCompliant)
	flow("variable", "${var.vpc}", Unknown)

	one("FO-LOG-012", "all", "aws_opensearch_domain", options("ES_APPLICATION_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS"), Compliant)
	one("FO-LOG-012", "one missing", "aws_opensearch_domain", options("ES_APPLICATION_LOGS", "SEARCH_SLOW_LOGS"), NonCompliant)
	one("FO-LOG-012", "variable", "aws_opensearch_domain", attrs{"log_publishing_options": "${var.l}"}, Unknown)

	tells := attrs{"alarm_actions": []any{"${aws_sns_topic.t.arn}"}}
	one("FO-LOG-014", "tells", "aws_cloudwatch_metric_alarm", tells, Compliant)
	one("FO-LOG-014", "nobody", "aws_cloudwatch_metric_alarm", attrs{"alarm_actions": []any{}}, NonCompliant)
	one("FO-LOG-014", "off", "aws_cloudwatch_composite_alarm", with(tells, attrs{"actions_enabled": false}), NonCompliant)
	one("FO-LOG-014", "variable", "aws_cloudwatch_metric_alarm", with(tells, attrs{"actions_enabled": "${var.a}"}), Unknown)
	return cases
}
