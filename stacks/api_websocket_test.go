package stacks

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/test/synth"
)

// Requirement 7.5.
func TestAPIWebSocket(t *testing.T) {
	cfg := loadEnv(t, "prod")
	functions := apiFunctions(cfg)
	d := apiOf(t, cfg, apiInputs(cfg))
	api := d.One(t, "aws_apigatewayv2_api", "websocket/api")
	if api.Get("protocol_type") != "WEBSOCKET" || api.Get("route_selection_expression") != "$request.body.action" {
		t.Errorf("%v", api.Attributes)
	}
	authorizer := d.One(t, "aws_apigatewayv2_authorizer", "websocket/authorizer/authorizer")
	if authorizer.Get("authorizer_type") != "REQUEST" || authorizer.Get("authorizer_uri") != *functions["websocket-authorizer"].LiveInvokeARN {
		t.Errorf("%v", authorizer.Attributes)
	}
	// Not the query: that stands in request lines, and so in logs.
	if diff := cmp.Diff([]string{"route.request.header.Sec-WebSocket-Protocol"}, texts(authorizer.Get("identity_sources"))); diff != "" {
		t.Errorf("identity sources (-want +got):\n%s", diff)
	}
	permissions := map[string]synth.Resource{}
	for _, p := range d.Resources("aws_lambda_permission") {
		if source, ok := strings.CutPrefix(p.Get("source_arn").(string), "${aws_apigatewayv2_api."+api.Name+".execution_arn}"); ok {
			permissions[source] = p
		}
	}
	routes := map[string]string{}
	for _, r := range d.Resources("aws_apigatewayv2_route") {
		key := r.Get("route_key").(string)
		routes[key] = r.Get("authorization_type").(string)
		id, _ := strings.CutPrefix(r.Get("target").(string), "integrations/")
		i := referred(t, d, id, "aws_apigatewayv2_integration")
		if i.Get("integration_type") != "AWS_PROXY" || i.Get("integration_method") != "POST" || i.Get("integration_uri") != *functions["websocket"].LiveInvokeARN || i.Get("timeout_milliseconds") != 29000.0 {
			t.Errorf("%s: %v", key, i.Attributes)
		}
		if key == "$connect" && referred(t, d, r.Get("authorizer_id"), "aws_apigatewayv2_authorizer").Name != authorizer.Name {
			t.Errorf("%s: %v", key, r.Attributes)
		}
		p := permissions["/prod/"+key]
		if p.Get("function_name") != *functions["websocket"].Name || p.Get("qualifier") != "live" || p.Get("principal") != "apigateway.amazonaws.com" {
			t.Errorf("%s: permission %v", key, p.Attributes)
		}
	}
	if diff := cmp.Diff(map[string]string{"$connect": "CUSTOM", "$disconnect": "NONE", "chat": "NONE", "status": "NONE", "$default": "NONE"}, routes); diff != "" {
		t.Errorf("routes and their authorization (-want +got):\n%s", diff)
	}
	if p := permissions["/authorizers/${aws_apigatewayv2_authorizer."+authorizer.Name+".id}"]; p.Get("function_name") != *functions["websocket-authorizer"].Name || p.Get("qualifier") != "live" {
		t.Errorf("the authorizer can't be called: %v", p.Attributes)
	}
	stage := d.One(t, "aws_apigatewayv2_stage", "websocket/stage")
	if diff := cmp.Diff(map[string]any{
		"throttling_rate_limit": 1000.0, "throttling_burst_limit": 2000.0, "logging_level": "ERROR", "detailed_metrics_enabled": true, "data_trace_enabled": false,
	}, stage.Get("default_route_settings")); diff != "" {
		t.Errorf("route settings (-want +got):\n%s", diff)
	}
	if stage.Get("name") != "prod" || referred(t, d, stage.Get("deployment_id"), "aws_apigatewayv2_deployment").Name == "" || stage.Get("access_log_settings", "format") != blocks.WebSocketAccessLog() {
		t.Errorf("%v", stage.Attributes)
	}
	if got := referred(t, d, stage.Get("access_log_settings", "destination_arn"), "aws_cloudwatch_log_group").Get("name"); got != "/aws/apigateway/flowops-prod-websocket/access" {
		t.Errorf("access log %v", got)
	}
}

// The functions that talk to clients reach the connections of this API and stage.
func TestAPIConnectionPolicies(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d := apiOf(t, cfg, apiInputs(cfg))
	connections := "${aws_apigatewayv2_api." + d.One(t, "aws_apigatewayv2_api", "websocket/api").Name + ".execution_arn}/dev/"
	compute := Sample[ComputeOutputs](cfg)
	roles := map[string]*string{"agent-invoke": compute.AgentInvoke.RoleName, "websocket": compute.WebSocket.RoleName}
	for name, want := range map[string][]any{
		"agent-invoke": {connections + "POST/@connections/*"},
		"websocket":    {connections + "POST/@connections/*", connections + "GET/@connections/*", connections + "DELETE/@connections/*"},
	} {
		p := d.One(t, "aws_iam_role_policy", "connections-"+name)
		if p.Get("role") != *roles[name] || p.Get("name") != "websocket-connections" {
			t.Errorf("%s: %v of %v", name, p.Get("name"), p.Get("role"))
		}
		statement := map[string]any{"Sid": "Connections", "Effect": "Allow", "Action": []any{"execute-api:ManageConnections"}, "Resource": want}
		if diff := cmp.Diff(map[string]any{"Version": "2012-10-17", "Statement": []any{statement}}, p.JSON(t, "policy")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAPIOutputs(t *testing.T) {
	cfg := loadEnv(t, "dev")
	outputs, _ := apiOf(t, cfg, apiInputs(cfg))["output"].(map[string]any)
	for _, o := range OutputDocs(APIOutputs{}) {
		if synth.Get(outputs, o.Name, "value") == nil {
			t.Errorf("no output %s", o.Name)
		}
	}
}
