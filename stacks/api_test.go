package stacks

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

func apiInputs(cfg envs.Config) APIInputs {
	return APIInputs{
		Foundation: Literal(Sample[FoundationOutputs](cfg)), AI: Literal(Sample[AIOutputs](cfg)), Compute: Literal(Sample[ComputeOutputs](cfg)),
	}
}

func apiOf(t testing.TB, cfg envs.Config, in APIInputs) synth.Document {
	t.Helper()
	return synth.Documents(t, func(app cdktf.App) { NewAPI(app, "api", cfg, in) })["api"]
}

// apiFunctions are the functions behind the APIs, by name.
func apiFunctions(cfg envs.Config) map[string]ServedFunction {
	ai, compute := Sample[AIOutputs](cfg), Sample[ComputeOutputs](cfg)
	return map[string]ServedFunction{
		"agent-invoke": compute.AgentInvoke.ServedFunction, "safe-actions": compute.SafeActions, "records": compute.Records, "agent-provisioner": ai.AgentProvisioner.ServedFunction,
		"websocket": compute.WebSocket.ServedFunction, "websocket-authorizer": compute.WebSocketAuthorizer,
	}
}

var reference = regexp.MustCompile(`^\$\{([a-z0-9_]+)\.([^.]+)\.([a-z_]+)\}$`)

// referred is the resource that an attribute refers to.
func referred(t testing.TB, d synth.Document, v any, kind string) synth.Resource {
	t.Helper()
	text, _ := v.(string)
	m := reference.FindStringSubmatch(text)
	if m == nil || m[1] != kind {
		t.Fatalf("%v is no reference to a %s", v, kind)
	}
	for _, r := range d.Resources(kind) {
		if r.Name == m[2] {
			return r
		}
	}
	t.Fatalf("%v refers to nothing", v)
	return synth.Resource{}
}

// routeOf is "METHOD /path" of what has a resource_id and an http_method, read
// from the chain of resources up to the API's root.
func routeOf(t testing.TB, d synth.Document, r synth.Resource) (method, path string) {
	t.Helper()
	method, _ = r.Get("http_method").(string)
	for reference.MatchString(method) { // an integration takes it from its method
		m := reference.FindStringSubmatch(method)
		method, _ = referred(t, d, method, m[1]).Get("http_method").(string)
	}
	parent := r.Get("resource_id")
	for !strings.HasSuffix(parent.(string), ".root_resource_id}") {
		resource := referred(t, d, parent, "aws_api_gateway_resource")
		path = "/" + resource.Get("path_part").(string) + path
		parent = resource.Get("parent_id")
	}
	return method, path
}

// byRoute indexes the resources of a type by "METHOD /path"; two at one route
// fail the test.
func byRoute(t testing.TB, d synth.Document, kind string) map[string]synth.Resource {
	t.Helper()
	found := map[string]synth.Resource{}
	for _, r := range d.Resources(kind) {
		method, path := routeOf(t, d, r)
		if _, twice := found[method+" "+path]; twice {
			t.Errorf("two %s for %s %s", kind, method, path)
		}
		found[method+" "+path] = r
	}
	return found
}

// Property 14 on the checked-in environments. What is there is read from the
// synthesized methods; the route table only says what should be.
func TestAPIMethods(t *testing.T) {
	want := map[string]string{}
	for _, r := range contract.Routes() {
		want[r.Method+" "+r.Path] = r.Function.Name
	}
	for _, env := range []string{"dev", "prod"} {
		t.Run(env, func(t *testing.T) {
			cfg := loadEnv(t, env)
			d := apiOf(t, cfg, apiInputs(cfg))
			methods, integrations := byRoute(t, d, "aws_api_gateway_method"), byRoute(t, d, "aws_api_gateway_integration")
			got := map[string]string{}
			for route, m := range methods {
				method, path, _ := strings.Cut(route, " ")
				if method == "OPTIONS" {
					if m.Get("authorization") != "NONE" || integrations[route].Get("type") != "MOCK" {
						t.Errorf("%s: %v", route, m.Attributes)
					}
					continue
				}
				checkAuthorized(t, d, cfg, route, m)
				checkValidated(t, d, route, m)
				got[route] = calledFunction(t, d, cfg, route, integrations[route])
				if _, ok := methods["OPTIONS "+path]; !ok {
					t.Errorf("%s: browsers can't ask for leave: no OPTIONS", route)
				}
				// Operators have no tenant, so their routes take no tenant's key.
				if key := !strings.HasPrefix(path, "/agents"); m.Get("api_key_required") != key {
					t.Errorf("%s: api_key_required is %v", route, m.Get("api_key_required"))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("routes and their functions (-want +got):\n%s", diff)
			}
		})
	}
}

func checkAuthorized(t *testing.T, d synth.Document, cfg envs.Config, route string, m synth.Resource) {
	t.Helper()
	if m.Get("authorization") != "COGNITO_USER_POOLS" || m.Get("authorization_scopes") != nil {
		t.Errorf("%s: authorization %v, scopes %v: with scopes it would take the access token, which has no tenant", route, m.Get("authorization"), m.Get("authorization_scopes"))
	}
	a := referred(t, d, m.Get("authorizer_id"), "aws_api_gateway_authorizer")
	if a.Get("type") != "COGNITO_USER_POOLS" || a.Get("provider_arns", 0) != *Sample[FoundationOutputs](cfg).UserPoolARN ||
		a.Get("identity_source") != "method.request.header.Authorization" || a.Get("authorizer_result_ttl_in_seconds") != float64(cfg.API.CacheTTLSeconds) {
		t.Errorf("authorizer %v", a.Attributes)
	}
}

// checkValidated checks parameters, and the body against the contract's model.
func checkValidated(t *testing.T, d synth.Document, route string, m synth.Resource) {
	t.Helper()
	i := slices.IndexFunc(contract.Routes(), func(r contract.Route) bool { return r.Method+" "+r.Path == route })
	if i < 0 {
		return // reported as a route too many
	}
	r := contract.Routes()[i]
	parameters := map[string]any{}
	for _, p := range regexp.MustCompile(`{(\w+)}`).FindAllStringSubmatch(r.Path, -1) {
		parameters["method.request.path."+p[1]] = true
	}
	for _, q := range r.Query {
		parameters["method.request.querystring."+q] = false
	}
	if r.Idempotent {
		parameters["method.request.header.Idempotency-Key"] = false
	}
	got, _ := m.Get("request_parameters").(map[string]any)
	if got == nil {
		got = map[string]any{}
	}
	if diff := cmp.Diff(parameters, got); diff != "" {
		t.Errorf("%s: parameters (-want +got):\n%s", route, diff)
	}
	v := referred(t, d, m.Get("request_validator_id"), "aws_api_gateway_request_validator")
	if v.Get("validate_request_parameters") != true || v.Get("validate_request_body") != (r.Body != "") {
		t.Errorf("%s: validator %v", route, v.Attributes)
	}
	if r.Body == "" {
		if m.Get("request_models") != nil {
			t.Errorf("%s: models %v", route, m.Get("request_models"))
		}
		return
	}
	schema, err := contract.Model(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, schema); err != nil {
		t.Fatal(err)
	}
	for _, contentType := range []string{"application/json", "$default"} {
		model := referred(t, d, m.Get("request_models", contentType), "aws_api_gateway_model")
		if model.Get("name") != r.Body || model.Get("schema") != compact.String() {
			t.Errorf("%s: %s is validated by %v", route, contentType, model.Attributes)
		}
	}
}

// calledFunction is the function that a route calls and may call.
func calledFunction(t *testing.T, d synth.Document, cfg envs.Config, route string, i synth.Resource) string {
	t.Helper()
	if i.Get("type") != "AWS_PROXY" || i.Get("integration_http_method") != "POST" || i.Get("timeout_milliseconds") != 29000.0 {
		t.Errorf("%s: integration %v", route, i.Attributes)
	}
	method, path, _ := strings.Cut(route, " ")
	source := "/" + cfg.Environment + "/" + method + regexp.MustCompile(`{\w+}`).ReplaceAllString(path, "*")
	for name, f := range apiFunctions(cfg) {
		if *f.LiveInvokeARN != i.Get("uri") {
			continue
		}
		var permitted []synth.Resource
		for _, p := range d.Resources("aws_lambda_permission") {
			if strings.HasSuffix(p.Get("source_arn").(string), ".execution_arn}"+source) {
				permitted = append(permitted, p)
			}
		}
		if len(permitted) != 1 {
			t.Errorf("%s: %d permissions for %s", route, len(permitted), source)
			return name
		}
		p := permitted[0]
		if p.Get("function_name") != *f.Name || p.Get("qualifier") != "live" || p.Get("principal") != "apigateway.amazonaws.com" || p.Get("action") != "lambda:InvokeFunction" {
			t.Errorf("%s: permission %v", route, p.Attributes)
		}
		return name
	}
	return "nothing at " + i.Get("uri").(string)
}

// Statement ids are unique in each function's policy.
func TestAPIPermissionsDoNotCollide(t *testing.T) {
	cfg := loadEnv(t, "dev")
	seen := map[any]bool{}
	for _, p := range apiOf(t, cfg, apiInputs(cfg)).Resources("aws_lambda_permission") {
		id := [2]any{p.Get("function_name"), p.Get("statement_id")}
		if text, _ := id[1].(string); seen[id] || !regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`).MatchString(text) {
			t.Errorf("statement id %v is there twice or not valid", id)
		}
		seen[id] = true
	}
}
