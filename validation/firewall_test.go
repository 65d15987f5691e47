package validation

// firewallCases are those of API stages and what stands in front of them.
func firewallCases() []ruleCase {
	var cases []ruleCase
	one := func(rule, name, typ string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{typ + ".x": attributes}, want, Options{}})
	}
	const stage, settings, acl = "aws_api_gateway_stage", "aws_api_gateway_method_settings", "aws_wafv2_web_acl"
	one("FO-API-008", "no cache", stage, attrs{"cache_cluster_enabled": false}, Compliant)
	one("FO-API-008", "cluster", stage, attrs{"cache_cluster_enabled": true}, NonCompliant)
	one("FO-API-008", "caching", settings, attrs{"settings": attrs{"caching_enabled": true}}, NonCompliant)
	one("FO-API-008", "default", settings, attrs{"settings": attrs{}}, Compliant)
	one("FO-API-008", "variable", stage, attrs{"cache_cluster_enabled": "${var.c}"}, Unknown)

	front := func(name string, protected bool, association attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-API-009", name, doc{
			stage + ".x": {}, "aws_wafv2_web_acl_association.a": association,
		}, want, Options{Protected: protected}})
	}
	own := attrs{"resource_arn": "${aws_api_gateway_stage.x.arn}", "web_acl_arn": "${aws_wafv2_web_acl.a.arn}"}
	front("behind one", true, own, Compliant)
	front("another's", true, with(own, attrs{"resource_arn": "${aws_api_gateway_stage.y.arn}"}), NonCompliant)
	front("not wanted", false, attrs{}, NotApplicable)
	front("variable", true, with(own, attrs{"resource_arn": "${var.s}"}), Unknown)

	group := func(name string, changes attrs) attrs {
		return with(attrs{"name": name, "override_action": attrs{"none": attrs{}}, "statement": attrs{"managed_rule_group_statement": attrs{"name": name}}}, changes)
	}
	const bad = "AWSManagedRulesKnownBadInputsRuleSet"
	rules := func(list ...any) attrs { return attrs{"rule": list} }
	one("FO-API-010", "blocked", acl, rules(group("common", nil), group(bad, nil)), Compliant)
	one("FO-API-010", "others only", acl, rules(group("common", nil)), NonCompliant)
	one("FO-API-010", "counted", acl, rules(group(bad, attrs{"override_action": attrs{"count": attrs{}}})), NonCompliant)
	weakened := attrs{"managed_rule_group_statement": attrs{"name": bad, "rule_action_override": []any{attrs{"name": "Log4JRCE_BODY"}}}}
	one("FO-API-010", "weakened", acl, rules(group(bad, attrs{"statement": weakened})), NonCompliant)
	one("FO-API-010", "variable", acl, attrs{"rule": "${var.r}"}, Unknown)
	one("FO-API-010", "overrides by variable", acl, rules(group(bad, attrs{"statement": attrs{"managed_rule_group_statement": attrs{"name": bad, "rule_action_override": "${var.o}"}}})), Unknown)

	one("FO-API-011", "all act", acl, rules(attrs{"name": "rate", "action": attrs{"block": attrs{}}}, group("common", nil)), Compliant)
	one("FO-API-011", "no rule", acl, attrs{}, NonCompliant)
	one("FO-API-011", "one does not", acl, rules(group("common", nil), attrs{"name": "rate"}), NonCompliant)
	one("FO-API-011", "variable", acl, attrs{"rule": "${var.r}"}, Unknown)
	one("FO-API-011", "an action by variable", acl, rules(attrs{"name": "rate", "action": "${var.a}"}), Unknown)

	one("FO-LOG-013", "none", acl, attrs{}, NonCompliant)
	logged := func(name string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-LOG-013", name, doc{acl + ".x": {}, "aws_wafv2_web_acl_logging_configuration.l": attributes}, want, Options{}})
	}
	to := attrs{"resource_arn": "${aws_wafv2_web_acl.x.arn}", "log_destination_configs": []any{"${aws_cloudwatch_log_group.g.arn}"}}
	logged("logged", to, Compliant)
	logged("nowhere", with(to, attrs{"log_destination_configs": []any{}}), NonCompliant)
	logged("variable", with(to, attrs{"resource_arn": "${var.a}"}), Unknown)

	const http = "aws_apigatewayv2_stage"
	level := func(value any) attrs { return attrs{"default_route_settings": attrs{"logging_level": value}} }
	one("FO-LOG-010", "errors", http, level("ERROR"), Compliant)
	one("FO-LOG-010", "off", http, level("OFF"), NonCompliant)
	one("FO-LOG-010", "variable", http, level("${var.l}"), Unknown)
	one("FO-LOG-010", "no settings", stage, attrs{}, NonCompliant)
	methods := func(name string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-LOG-010", name, doc{stage + ".x": {}, settings + ".s": attributes}, want, Options{}})
	}
	all := attrs{"stage_name": "${aws_api_gateway_stage.x.stage_name}", "method_path": "*/*", "settings": attrs{"logging_level": "INFO"}}
	methods("all methods", all, Compliant)
	methods("one method", with(all, attrs{"method_path": "chat/POST"}), NonCompliant)
	methods("without a level", with(all, attrs{"settings": attrs{}}), NonCompliant)
	methods("method by variable", with(all, attrs{"method_path": "${var.m}"}), Unknown)

	format := func(value any) attrs { return attrs{"access_log_settings": attrs{"format": value}} }
	one("FO-LOG-011", "JSON", stage, format(`{"id":"$context.requestId"}`), Compliant)
	one("FO-LOG-011", "common log format", http, format(`$context.identity.sourceIp - - [$context.requestTime]`), NonCompliant)
	one("FO-LOG-011", "a JSON text", http, format(`"$context.requestId"`), NonCompliant)
	one("FO-LOG-011", "none", stage, attrs{}, NonCompliant)
	one("FO-LOG-011", "variable", stage, format("${var.f}"), Unknown)

	record := func(name string, kind, target any, want Verdict) {
		cases = append(cases, ruleCase{"FO-API-012", name, doc{
			"aws_route53_record.x": {"type": kind, "alias": []any{attrs{"name": target}}}, "aws_api_gateway_domain_name.d": {},
		}, want, Options{}})
	}
	record("its domain", "A", "${aws_api_gateway_domain_name.d.regional_domain_name}", Compliant)
	record("a name", "A", "d-abc.execute-api.eu-central-1.amazonaws.com", NonCompliant)
	record("a text record", "TXT", nil, NotApplicable)
	record("what is not there", "AAAA", "${aws_api_gateway_domain_name.gone.regional_domain_name}", Unknown)
	record("variable", "${var.t}", nil, Unknown)
	one("FO-API-012", "an address", "aws_route53_record", attrs{"type": "A", "records": []any{"203.0.113.7"}}, NonCompliant)
	return cases
}
