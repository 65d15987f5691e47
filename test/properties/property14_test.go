package properties

import (
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// Every REST method except CORS preflight is authorized by Cognito, validated
// and throttled, and answers with CORS headers, errors included. The methods
// are those of the document, not those of the table of routes.
func TestProperty14_RestMethods(t *testing.T) {
	method := func(name, path string, how func(map[string]any)) mutant {
		return change(name, stacks.API, "aws_api_gateway_method", path, how)
	}
	prove(t, []string{stacks.API}, restMethods,
		method("route without authorizer", "chat/POST", func(a map[string]any) { a["authorization"] = "NONE"; delete(a, "authorizer_id") }),
		method("route authorized by IAM", "chat/POST", setting("AWS_IAM", "authorization")),
		method("another authorizer", "tickets/GET", setting("${aws_api_gateway_authorizer.other.id}", "authorizer_id")),
		method("no validator", "tickets/GET", setting(nil, "request_validator_id")),
		method("body without a model", "chat/POST", setting(nil, "request_models")),
		method("body of another content type is not validated", "chat/POST", func(a map[string]any) { delete(a["request_models"].(map[string]any), "$default") }),
		method("tenants that no plan throttles", "chat/POST", setting(false, "api_key_required")),
		change("authorizer of another pool", stacks.API, "aws_api_gateway_authorizer", "", setting([]any{"arn:aws:cognito-idp:eu-central-1:111111111111:userpool/other"}, "provider_arns")),
		change("authorizer that is a function", stacks.API, "aws_api_gateway_authorizer", "", setting("TOKEN", "type")),
		change("validator of parameters alone", stacks.API, "aws_api_gateway_request_validator", "body", setting(false, "validate_request_body")),
		change("validator of nothing", stacks.API, "aws_api_gateway_request_validator", "validate-parameters", setting(false, "validate_request_parameters")),
		change("no throttle", stacks.API, "aws_api_gateway_method_settings", "", setting(nil, "settings", "throttling_rate_limit")),
		change("throttle of one method", stacks.API, "aws_api_gateway_method_settings", "", setting("chat/POST", "method_path")),
		change("a method without throttle", stacks.API, "aws_api_gateway_method_settings", "", setting(float64(-1), "settings", "throttling_burst_limit")),
		drop("no usage plan", stacks.API, "aws_api_gateway_usage_plan", ""),
		change("usage plan of another rate", stacks.API, "aws_api_gateway_usage_plan", "", func(a map[string]any) {
			put(a, a["throttle_settings"].(map[string]any)["rate_limit"].(float64)+1, "throttle_settings", "rate_limit")
		}),
		drop("errors of callers without CORS", stacks.API, "aws_api_gateway_gateway_response", "DEFAULT_4XX"),
		change("errors of the platform without CORS", stacks.API, "aws_api_gateway_gateway_response", "DEFAULT_5XX", setting(map[string]any{}, "response_parameters")),
		change("refusals without CORS", stacks.API, "aws_api_gateway_gateway_response", "ACCESS_DENIED", setting(map[string]any{}, "response_parameters")),
		mutant{name: "any origin", stack: stacks.API, change: func(e environment, d synth.Document) bool {
			r, ok := first(d, "aws_api_gateway_gateway_response", "DEFAULT_4XX")
			put(r.Attributes, "'*'", "response_parameters", "gatewayresponse.header.Access-Control-Allow-Origin")
			return ok && len(e.cfg.API.Origins) == 1
		}},
		mutant{name: "preflight for one origin of several", stack: stacks.API, change: func(e environment, d synth.Document) bool {
			r, ok := first(d, "aws_api_gateway_integration_response", "chat/OPTIONS")
			put(r.Attributes, nil, "response_templates")
			return ok && len(e.cfg.API.Origins) > 1
		}},
		drop("no preflight", stacks.API, "aws_api_gateway_method", "chat/OPTIONS"),
		drop("preflight without answer", stacks.API, "aws_api_gateway_integration_response", "chat/OPTIONS"),
		change("preflight of other methods", stacks.API, "aws_api_gateway_integration_response", "chat/OPTIONS", setting("'GET'", "response_parameters", "method.response.header.Access-Control-Allow-Methods")),
		change("preflight without origin", stacks.API, "aws_api_gateway_integration_response", "chat/OPTIONS", setting(nil, "response_parameters", "method.response.header.Access-Control-Allow-Origin")),
		change("answers by a function without CORS", stacks.API, "aws_api_gateway_integration", "chat/POST", setting("arn:aws:lambda:other", "uri")),
		drop("method without integration", stacks.API, "aws_api_gateway_integration", "tickets/GET"),
		add("another method", stacks.API, "aws_api_gateway_method", "chat/POST", func(a map[string]any) { a["http_method"], a["authorization"] = "ANY", "NONE" }),
		change("WebSocket without authorizer", stacks.API, "aws_apigatewayv2_route", "connect", setting("NONE", "authorization_type")),
	)
}

func restMethods(e environment) []string {
	var p problems
	d := e.docs[stacks.API]
	compute, ai := stacks.Sample[stacks.ComputeOutputs](e.cfg), stacks.Sample[stacks.AIOutputs](e.cfg)
	functions := map[any]contract.Function{
		*compute.AgentInvoke.LiveInvokeARN: contract.AgentInvoke, *compute.SafeActions.LiveInvokeARN: contract.SafeActions,
		*compute.Records.LiveInvokeARN: contract.Records, *ai.AgentProvisioner.LiveInvokeARN: contract.AgentProvisioner,
	}
	methods, served, preflights := 0, map[any][]string{}, map[any]string{}
	for _, m := range d.Resources("aws_api_gateway_method") {
		verb, _ := m.Get("http_method").(string)
		at := m.Get("resource_id")
		integrations := owned(d, "aws_api_gateway_integration", "http_method", m)
		p.that(len(integrations) == 1, "%s has %d integrations", named(m), len(integrations))
		if len(integrations) != 1 {
			continue
		}
		if verb == "OPTIONS" {
			p.that(integrations[0].Get("type") == "MOCK", "%s reaches a function without authorization", named(m))
			for _, r := range owned(d, "aws_api_gateway_integration_response", "http_method", integrations[0]) {
				origin, _ := r.Get("response_parameters", "method.response.header.Access-Control-Allow-Origin").(string)
				p.that(e.allowed(origin), "%s answers with the origin %q", named(r), origin)
				if len(e.cfg.API.Origins) > 1 { // the template answers with the one that asks
					template, _ := r.Get("response_templates", "application/json").(string)
					for _, o := range e.cfg.API.Origins {
						p.that(strings.Contains(template, `"`+o+`"`), "%s knows nothing of the origin %s", named(r), o)
					}
				}
				preflights[at], _ = r.Get("response_parameters", "method.response.header.Access-Control-Allow-Methods").(string)
			}
			continue
		}
		methods++
		served[at] = append(served[at], verb)
		authorizer, _ := referred(d, m.Get("authorizer_id"))
		p.that(m.Get("authorization") == "COGNITO_USER_POOLS" && authorizer.Get("type") == "COGNITO_USER_POOLS" &&
			has(authorizer.Get("provider_arns"), *stacks.Sample[stacks.FoundationOutputs](e.cfg).UserPoolARN) && len(list(authorizer.Get("provider_arns"))) == 1,
			"%s is not authorized by the user pool", named(m))
		validator, _ := referred(d, m.Get("request_validator_id"))
		p.that(validator.Get("validate_request_parameters") == true, "%s does not validate parameters", named(m))
		if verb == "POST" || verb == "PUT" || verb == "PATCH" || m.Get("request_models") != nil {
			// Without $default a body of another content type passes unseen.
			p.that(validator.Get("validate_request_body") == true && m.Get("request_models", "application/json") != nil && m.Get("request_models", "$default") != nil,
				"%s does not validate its body", named(m))
		}
		function, known := functions[integrations[0].Get("uri")]
		p.that(known && integrations[0].Get("type") == "AWS_PROXY" && has(anyOf(function.Environment), contract.EnvAllowedOrigins),
			"%s is answered by what knows no origins", named(m))
		// Tenants are told apart by their key; operators belong to none.
		p.that(m.Get("api_key_required") == true || function.Name == contract.AgentProvisioner.Name, "%s: no usage plan throttles a tenant", named(m))
	}
	p.that(methods > 0, "no methods")
	for at, verbs := range served {
		for _, verb := range verbs {
			p.that(has(anyOf(strings.Split(strings.Trim(preflights[at], "'"), ",")), verb), "no preflight for %s of %v", verb, at)
		}
	}
	p.throttles(e, d)
	p.errors(e, d)
	for _, r := range d.Resources("aws_apigatewayv2_route") {
		if r.Get("route_key") == "$connect" {
			authorizer, _ := referred(d, r.Get("authorizer_id"))
			p.that(r.Get("authorization_type") == "CUSTOM" && authorizer.Get("authorizer_type") == "REQUEST", "anybody can connect")
		}
	}
	return p
}

// throttles: the stage limits every method, and each tier has a plan.
func (p *problems) throttles(e environment, d synth.Document) {
	all := 0
	for _, s := range d.Resources("aws_api_gateway_method_settings") {
		if s.Get("method_path") == "*/*" && s.Get("settings", "throttling_rate_limit") == e.cfg.API.RateLimit &&
			s.Get("settings", "throttling_burst_limit") == float64(e.cfg.API.BurstLimit) {
			all++
		}
	}
	p.that(all == 1, "the stage does not throttle every method")
	plans := map[any]synth.Resource{}
	for _, u := range d.Resources("aws_api_gateway_usage_plan") {
		plans[u.Get("name")] = u
	}
	for _, tier := range e.cfg.API.Tiers {
		u := plans[e.cfg.Name(tier.Name)]
		stage, _ := referred(d, u.Get("api_stages", 0, "stage"))
		p.that(stage.Type == "aws_api_gateway_stage" && u.Get("throttle_settings", "rate_limit") == tier.RateLimit &&
			u.Get("throttle_settings", "burst_limit") == float64(tier.BurstLimit) && u.Get("quota_settings", "limit") == float64(tier.QuotaPerDay),
			"no plan throttles tenants of %s", tier.Name)
	}
}

// errors: what API Gateway answers by itself has CORS headers too. Such an
// answer can't choose among origins, and holds nobody's data: with several it is
// for any.
func (p *problems) errors(e environment, d synth.Document) {
	types := map[any]bool{}
	for _, r := range d.Resources("aws_api_gateway_gateway_response") {
		types[r.Get("response_type")] = true
		origin, _ := r.Get("response_parameters", "gatewayresponse.header.Access-Control-Allow-Origin").(string)
		p.that(e.allowed(origin) || origin == "'*'" && len(e.cfg.API.Origins) > 1, "%s answers with the origin %q", named(r), origin)
	}
	p.that(types["DEFAULT_4XX"] && types["DEFAULT_5XX"], "errors that API Gateway answers by itself have no CORS headers")
}

// allowed is whether the header's value is an origin of the configuration.
func (e environment) allowed(origin string) bool {
	return has(anyOf(e.cfg.API.Origins), strings.Trim(origin, "'")) && strings.HasPrefix(origin, "'")
}

func anyOf(texts []string) []any {
	all := []any{}
	for _, t := range texts {
		all = append(all, t)
	}
	return all
}
