package stacks

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/test/synth"
)

// Property 10 for the APIs: a domain demands TLS 1.2, and nothing goes past it.
func TestAPIDomains(t *testing.T) {
	cfg := loadEnv(t, "prod")
	cfg.API.Domain.HostedZoneID = "Z0123456789ABCDEFGHIJ"
	d := apiOf(t, cfg, apiInputs(cfg))
	rest, socket := d.One(t, "aws_api_gateway_domain_name", "rest-domain/domain"), d.One(t, "aws_apigatewayv2_domain_name", "websocket-domain/domain")
	certificate := cfg.API.Domain.CertificateARN
	if rest.Get("domain_name") != "api.flowops.example" || rest.Get("security_policy") != "TLS_1_2" || rest.Get("regional_certificate_arn") != certificate || rest.Get("endpoint_configuration", "types", 0) != "REGIONAL" {
		t.Errorf("%v", rest.Attributes)
	}
	if socket.Get("domain_name") != "chat.flowops.example" {
		t.Errorf("%v", socket.Attributes)
	}
	if diff := cmp.Diff(map[string]any{"certificate_arn": certificate, "endpoint_type": "REGIONAL", "security_policy": "TLS_1_2"}, socket.Get("domain_name_configuration")); diff != "" {
		t.Errorf("WebSocket domain (-want +got):\n%s", diff)
	}
	for kind, path := range map[string]string{"aws_api_gateway_rest_api": "rest/api", "aws_apigatewayv2_api": "websocket/api"} {
		if d.One(t, kind, path).Get("disable_execute_api_endpoint") != true {
			t.Errorf("%s: the default endpoint lets clients past the domain", path)
		}
	}
	m := d.One(t, "aws_api_gateway_base_path_mapping", "rest-domain/mapping")
	referred(t, d, m.Get("api_id"), "aws_api_gateway_rest_api")
	if referred(t, d, m.Get("stage_name"), "aws_api_gateway_stage").Get("stage_name") != "prod" || referred(t, d, m.Get("domain_name"), "aws_api_gateway_domain_name").Name != rest.Name || m.Get("base_path") != nil {
		t.Errorf("%v", m.Attributes)
	}
	// Under the stage's name, so that "https://<domainName>/<stage>" reaches the
	// connections with a custom domain as without.
	m = d.One(t, "aws_apigatewayv2_api_mapping", "websocket-domain/mapping")
	referred(t, d, m.Get("api_id"), "aws_apigatewayv2_api")
	if referred(t, d, m.Get("stage"), "aws_apigatewayv2_stage").Get("name") != "prod" || m.Get("api_mapping_key") != m.Get("stage") || referred(t, d, m.Get("domain_name"), "aws_apigatewayv2_domain_name").Name != socket.Name {
		t.Errorf("%v", m.Attributes)
	}
	for path, domain := range map[string]synth.Resource{"rest-domain/record": rest, "websocket-domain/record": socket} {
		r := d.One(t, "aws_route53_record", path)
		target, _ := r.Get("alias", "name").(string)
		if r.Get("zone_id") != "Z0123456789ABCDEFGHIJ" || r.Get("type") != "A" || r.Get("name") != domain.Get("domain_name") || !strings.Contains(target, domain.Name) {
			t.Errorf("%v", r.Attributes)
		}
	}
	checkEndpoints(t, d, "prod", "https://api.flowops.example", "wss://chat.flowops.example/prod")
}

func TestAPIWithoutDomains(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d := apiOf(t, cfg, apiInputs(cfg))
	for _, kind := range []string{"aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name", "aws_route53_record", "aws_wafv2_web_acl", "aws_wafv2_web_acl_association"} {
		if n := len(d.Resources(kind)); n != 0 {
			t.Errorf("dev has %d %s", n, kind)
		}
	}
	if d.One(t, "aws_api_gateway_rest_api", "rest/api").Get("disable_execute_api_endpoint") != false || d.One(t, "aws_apigatewayv2_api", "websocket/api").Get("disable_execute_api_endpoint") != false {
		t.Error("the only endpoint is off")
	}
	rest, socket := d.One(t, "aws_api_gateway_stage", "rest/stage"), d.One(t, "aws_apigatewayv2_stage", "websocket/stage")
	checkEndpoints(t, d, "dev", "${aws_api_gateway_stage."+rest.Name+".invoke_url}", "${aws_apigatewayv2_stage."+socket.Name+".invoke_url}")
	// prod has no hosted zone: its records are made elsewhere.
	if n := len(apiOf(t, loadEnv(t, "prod"), apiInputs(loadEnv(t, "prod"))).Resources("aws_route53_record")); n != 0 {
		t.Errorf("%d records without a zone", n)
	}
}

// checkEndpoints checks what clients and running code are told.
func checkEndpoints(t *testing.T, d synth.Document, env, rest, socket string) {
	t.Helper()
	for name, want := range map[string]string{"rest_endpoint": rest, "web_socket_endpoint": socket} {
		if got := synth.Get(map[string]any(d), "output", name, "value"); got != want {
			t.Errorf("output %s is %v, want %s", name, got, want)
		}
	}
	key := *Sample[FoundationOutputs](loadEnv(t, env)).KMSKeyARN
	for id, want := range map[string][2]string{
		"parameter-rest-endpoint":      {"/flowops/" + env + "/api/rest-endpoint", rest},
		"parameter-websocket-endpoint": {"/flowops/" + env + "/api/websocket-endpoint", socket},
		"parameter-usage-plans":        {"/flowops/" + env + "/api/usage-plans", ""},
	} {
		p := d.One(t, "aws_ssm_parameter", id)
		if p.Get("name") != want[0] || p.Get("type") != "SecureString" || p.Get("key_id") != key || want[1] != "" && p.Get("value") != want[1] {
			t.Errorf("%s: %v", id, p.Attributes)
		}
	}
}

func TestAPIFirewall(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := apiOf(t, cfg, apiInputs(cfg))
	acl := d.One(t, "aws_wafv2_web_acl", "firewall/acl")
	if acl.Get("scope") != "REGIONAL" || acl.Get("default_action", "allow") == nil {
		t.Errorf("%v", acl.Attributes)
	}
	a := d.One(t, "aws_wafv2_web_acl_association", "firewall/association")
	if referred(t, d, a.Get("web_acl_arn"), "aws_wafv2_web_acl").Name != acl.Name || referred(t, d, a.Get("resource_arn"), "aws_api_gateway_stage").Name == "" {
		t.Errorf("%v", a.Attributes)
	}
	groups, seen := map[string]any{}, map[any]bool{}
	rules, _ := acl.Get("rule").([]any)
	for _, r := range rules {
		if p := synth.Get(r, "priority"); seen[p] {
			t.Errorf("two rules of priority %v", p)
		} else {
			seen[p] = true
		}
		if limit := synth.Get(r, "statement", "rate_based_statement"); limit != nil {
			if synth.Get(limit, "limit") != 2000.0 || synth.Get(limit, "aggregate_key_type") != "IP" || synth.Get(limit, "evaluation_window_sec") != 300.0 || synth.Get(r, "action", "block") == nil {
				t.Errorf("rate rule %v", r)
			}
			groups["rate"] = nil
			continue
		}
		// "none" leaves each rule of the group its own action; "count" would switch the group off.
		if diff := cmp.Diff(map[string]any{"none": map[string]any{}}, synth.Get(r, "override_action")); diff != "" {
			t.Errorf("%v: override_action (-want +got):\n%s", synth.Get(r, "name"), diff)
		}
		group := synth.Get(r, "statement", "managed_rule_group_statement")
		groups[synth.Get(group, "name").(string)] = synth.Get(group, "rule_action_override")
	}
	var counted []any
	for _, name := range []string{"SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "EC2MetaDataSSRF_BODY"} {
		counted = append(counted, map[string]any{"name": name, "action_to_use": map[string]any{"count": map[string]any{}}})
	}
	if diff := cmp.Diff(map[string]any{
		"rate": nil, "AWSManagedRulesAmazonIpReputationList": nil, "AWSManagedRulesKnownBadInputsRuleSet": nil,
		"AWSManagedRulesCommonRuleSet": counted,
	}, groups); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if got := synth.Get(acl.Get("association_config"), "request_body", 0, "api_gateway", "default_size_inspection_limit"); got != "KB_64" {
		t.Errorf("bodies are inspected up to %v", got)
	}
	protected := acl.Get("data_protection_config", "data_protection")
	if headers := texts(synth.Get(protected, 0, "field", "field_keys")); !slices.Equal(headers, []string{"authorization", "x-api-key"}) || synth.Get(protected, 1, "field", "field_type") != "BODY" {
		t.Errorf("protected: %v", protected)
	}
	checkFirewallLog(t, d, acl, *Sample[FoundationOutputs](cfg).KMSKeyARN)
}

func checkFirewallLog(t *testing.T, d synth.Document, acl synth.Resource, key string) {
	t.Helper()
	logging := d.One(t, "aws_wafv2_web_acl_logging_configuration", "firewall/logging")
	if referred(t, d, logging.Get("resource_arn"), "aws_wafv2_web_acl").Name != acl.Name {
		t.Errorf("%v", logging.Attributes)
	}
	group := referred(t, d, logging.Get("log_destination_configs", 0), "aws_cloudwatch_log_group")
	if group.Get("name") != "aws-waf-logs-flowops-prod-api" || group.Get("kms_key_id") != key || group.Get("retention_in_days") != 365.0 {
		t.Errorf("%v", group.Attributes)
	}
	for i, header := range []string{"authorization", "x-api-key"} {
		if got := logging.Get("redacted_fields", i, "single_header", "name"); got != header {
			t.Errorf("redacted: %v, want %s", got, header)
		}
	}
	if logging.Get("logging_filter", "default_behavior") != "DROP" || logging.Get("logging_filter", "filter", 0, "behavior") != "KEEP" || logging.Get("logging_filter", "filter", 0, "condition", 0, "action_condition", "action") != "BLOCK" {
		t.Errorf("%v", logging.Get("logging_filter"))
	}
	policy := d.One(t, "aws_cloudwatch_log_resource_policy", "firewall/log-policy").JSON(t, "policy_document")
	s := synth.Get(policy, "Statement", 0)
	if synth.Get(s, "Principal", "Service", 0) != "delivery.logs.amazonaws.com" || synth.Get(s, "Condition", "StringEquals", "aws:SourceAccount", 0) != "333333333333" ||
		synth.Get(s, "Resource", 0) != "${aws_cloudwatch_log_group."+group.Name+".arn}:*" {
		t.Errorf("%v", s)
	}
}
