package validation

func apiCases() []ruleCase {
	var cases []ruleCase
	one := func(rule, name, typ string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{typ + ".x": attributes}, want, Options{}})
	}
	method := attrs{"http_method": "POST", "authorization": "COGNITO_USER_POOLS", "authorizer_id": "${aws_api_gateway_authorizer.a.id}"}
	one("FO-API-001", "user pool", "aws_api_gateway_method", method, Compliant)
	one("FO-API-001", "open", "aws_api_gateway_method", with(method, attrs{"authorization": "NONE"}), NonCompliant)
	one("FO-API-001", "no authorizer", "aws_api_gateway_method", with(method, attrs{"authorizer_id": nil}), NonCompliant)
	one("FO-API-001", "scopes", "aws_api_gateway_method", with(method, attrs{"authorization_scopes": []any{"api/read"}}), NonCompliant)
	one("FO-API-001", "no scopes", "aws_api_gateway_method", with(method, attrs{"authorization_scopes": []any{}}), Compliant)
	one("FO-API-001", "preflight", "aws_api_gateway_method", attrs{"http_method": "OPTIONS", "authorization": "NONE"}, NotApplicable)
	one("FO-API-001", "variable", "aws_api_gateway_method", with(method, attrs{"authorization": "${var.a}"}), Unknown)

	one("FO-API-002", "validated", "aws_api_gateway_method", attrs{"http_method": "GET", "request_validator_id": "${aws_api_gateway_request_validator.v.id}"}, Compliant)
	one("FO-API-002", "not validated", "aws_api_gateway_method", attrs{"http_method": "GET"}, NonCompliant)
	one("FO-API-002", "preflight", "aws_api_gateway_method", attrs{"http_method": "OPTIONS"}, NotApplicable)
	one("FO-API-002", "a block of unknown content", "aws_api_gateway_method", attrs{"http_method": "GET", "dynamic": attrs{"request_validator_id": attrs{}}}, Unknown)

	limits := func(burst, rate any) attrs {
		return attrs{"throttling_burst_limit": burst, "throttling_rate_limit": rate}
	}
	settings := func(name, path string, block attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-API-003", name, doc{
			"aws_api_gateway_stage.x":           {"stage_name": "v1"},
			"aws_api_gateway_method_settings.s": {"stage_name": "${aws_api_gateway_stage.x.stage_name}", "method_path": path, "settings": block},
		}, want, Options{}})
	}
	settings("throttled", "*/*", limits(100, 50.5), Compliant)
	settings("one method", "chat/POST", limits(100, 50), NonCompliant)
	settings("without rate", "*/*", limits(100, nil), NonCompliant)
	settings("switched off", "*/*", limits(-1, -1), NonCompliant)
	settings("variable", "*/*", limits("${var.b}", 50), Unknown)
	settings("variable path", "${var.p}", limits(1, 1), Unknown)
	one("FO-API-003", "WebSocket", "aws_apigatewayv2_stage", attrs{"default_route_settings": limits(100, 50)}, Compliant)
	one("FO-API-003", "open WebSocket", "aws_apigatewayv2_stage", attrs{}, NonCompliant)

	connect := attrs{"route_key": "$connect", "authorization_type": "CUSTOM", "authorizer_id": "${aws_apigatewayv2_authorizer.a.id}"}
	one("FO-API-004", "authorized", "aws_apigatewayv2_route", connect, Compliant)
	one("FO-API-004", "IAM", "aws_apigatewayv2_route", attrs{"route_key": "$connect", "authorization_type": "AWS_IAM"}, Compliant)
	one("FO-API-004", "open", "aws_apigatewayv2_route", with(connect, attrs{"authorization_type": "NONE"}), NonCompliant)
	one("FO-API-004", "no authorizer", "aws_apigatewayv2_route", with(connect, attrs{"authorizer_id": nil}), NonCompliant)
	one("FO-API-004", "another route", "aws_apigatewayv2_route", attrs{"route_key": "chat"}, NotApplicable)
	one("FO-API-004", "variable", "aws_apigatewayv2_route", with(connect, attrs{"authorization_type": "${var.a}"}), Unknown)
	one("FO-API-004", "variable route", "aws_apigatewayv2_route", with(connect, attrs{"route_key": "${each.key}"}), Unknown)

	response := func(kind string, api string) attrs {
		return attrs{"rest_api_id": api, "response_type": kind, "response_parameters": attrs{"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}}
	}
	responses := func(name string, first, second attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-API-005", name, doc{
			"aws_api_gateway_rest_api.x": {}, "aws_api_gateway_gateway_response.a": first, "aws_api_gateway_gateway_response.b": second,
		}, want, Options{}})
	}
	api := "${aws_api_gateway_rest_api.x.id}"
	responses("both", response("DEFAULT_4XX", api), response("DEFAULT_5XX", api), Compliant)
	responses("one", response("DEFAULT_4XX", api), response("UNAUTHORIZED", api), NonCompliant)
	responses("without header", response("DEFAULT_4XX", api), with(response("DEFAULT_5XX", api), attrs{"response_parameters": nil}), NonCompliant)
	responses("variable", response("DEFAULT_4XX", api), response("DEFAULT_5XX", "${var.api}"), Unknown)

	redeploy := attrs{"triggers": attrs{"redeployment": "abc"}, "lifecycle": attrs{"create_before_destroy": true}}
	one("FO-API-006", "triggered", "aws_api_gateway_deployment", redeploy, Compliant)
	one("FO-API-006", "not triggered", "aws_api_gateway_deployment", with(redeploy, attrs{"triggers": nil}), NonCompliant)
	one("FO-API-006", "destroyed first", "aws_apigatewayv2_deployment", with(redeploy, attrs{"lifecycle": nil}), NonCompliant)
	one("FO-API-006", "variable", "aws_api_gateway_deployment", with(redeploy, attrs{"lifecycle": attrs{"create_before_destroy": "${var.c}"}}), Unknown)

	mapped := func(name string, closed any, to string, want Verdict) {
		cases = append(cases, ruleCase{"FO-API-007", name, doc{
			"aws_apigatewayv2_api.x": {"disable_execute_api_endpoint": closed}, "aws_apigatewayv2_api_mapping.m": {"api_id": to},
		}, want, Options{}})
	}
	mapped("closed", true, "${aws_apigatewayv2_api.x.id}", Compliant)
	mapped("open", nil, "${aws_apigatewayv2_api.x.id}", NonCompliant)
	mapped("not mapped", nil, "${aws_apigatewayv2_api.y.id}", NotApplicable)
	mapped("variable", nil, "${var.api}", Unknown)
	return cases
}
