package stacks

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/test/synth"
)

// Requirement 7.3, errors included.
func TestAPICORS(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d := apiOf(t, cfg, apiInputs(cfg))
	t.Run("preflight", func(t *testing.T) {
		methods := map[string][]string{}
		for route := range byRoute(t, d, "aws_api_gateway_method") {
			method, path, _ := strings.Cut(route, " ")
			if method != "OPTIONS" {
				methods[path] = append(methods[path], method)
			}
		}
		answers, headers := byRoute(t, d, "aws_api_gateway_method_response"), byRoute(t, d, "aws_api_gateway_integration_response")
		for path, want := range methods {
			slices.Sort(want)
			r := headers["OPTIONS "+path]
			if got := r.Get("response_parameters", "method.response.header.Access-Control-Allow-Methods"); got != "'"+strings.Join(want, ",")+"'" {
				t.Errorf("%s: methods %v, want %v", path, got, want)
			}
			if got := r.Get("response_parameters", "method.response.header.Access-Control-Allow-Origin"); got != "'https://dev.flowops.example'" {
				t.Errorf("%s: origin %v", path, got)
			}
			if got := r.Get("response_parameters", "method.response.header.Vary"); got != "'Origin'" {
				t.Errorf("%s: Vary %v", path, got)
			}
			// API Gateway maps only headers that the method response declares.
			for header := range r.Get("response_parameters").(map[string]any) {
				if answers["OPTIONS "+path].Get("response_parameters", header) != true {
					t.Errorf("%s: %s is mapped, not declared", path, header)
				}
			}
			if r.Get("response_templates") != nil {
				t.Errorf("%s: one origin needs no template", path)
			}
		}
		for path, want := range map[string]string{
			"/chat":                    "'Authorization,Content-Type,Idempotency-Key,X-Api-Key'",
			"/conversations":           "'Authorization,X-Api-Key'",
			"/agents":                  "'Authorization,Content-Type,Idempotency-Key'",
			"/documents/{id}/approval": "'Authorization,Content-Type,Idempotency-Key,X-Api-Key'",
		} {
			if got := headers["OPTIONS "+path].Get("response_parameters", "method.response.header.Access-Control-Allow-Headers"); got != want {
				t.Errorf("%s: headers %v, want %s", path, got, want)
			}
		}
		if got := byRoute(t, d, "aws_api_gateway_integration")["OPTIONS /chat"]; got.Get("request_templates", "application/json") != `{"statusCode":204}` {
			t.Errorf("%v", got.Attributes)
		}
	})
	t.Run("errors", func(t *testing.T) {
		statuses := map[string]any{}
		for _, r := range d.Resources("aws_api_gateway_gateway_response") {
			statuses[r.Get("response_type").(string)] = r.Get("status_code")
			for header, want := range map[string]string{
				"Access-Control-Allow-Origin": "'https://dev.flowops.example'", "Vary": "'Origin'", "Content-Type": "'application/problem+json'",
			} {
				if got := r.Get("response_parameters", "gatewayresponse.header."+header); got != want {
					t.Errorf("%v: %s is %v, want %s", r.Get("response_type"), header, got, want)
				}
			}
			if body, _ := r.Get("response_templates", "application/json").(string); !strings.Contains(body, `"instance":"$context.requestId"`) {
				t.Errorf("%v: body %s", r.Get("response_type"), body)
			}
		}
		// No status for the default ones: it would become the status of every other error.
		want := map[string]any{
			"DEFAULT_4XX": nil, "DEFAULT_5XX": nil, "BAD_REQUEST_BODY": "400", "BAD_REQUEST_PARAMETERS": "400", "UNAUTHORIZED": "401", "EXPIRED_TOKEN": "401",
			"ACCESS_DENIED": "403", "INVALID_API_KEY": "403", "WAF_FILTERED": "403", "MISSING_AUTHENTICATION_TOKEN": "404", "RESOURCE_NOT_FOUND": "404",
			"REQUEST_TOO_LARGE": "413", "UNSUPPORTED_MEDIA_TYPE": "415", "THROTTLED": "429", "QUOTA_EXCEEDED": "429",
			"INTEGRATION_FAILURE": "502", "INTEGRATION_TIMEOUT": "504",
		}
		if diff := cmp.Diff(want, statuses); diff != "" {
			t.Errorf("errors and their statuses (-want +got):\n%s", diff)
		}
	})
}

// With several origins the answer to a preflight names the one that asks.
func TestAPICORSWithSeveralOrigins(t *testing.T) {
	cfg := loadEnv(t, "dev")
	cfg.API.Origins = []string{"https://a.example", "https://b.example"}
	d := apiOf(t, cfg, apiInputs(cfg))
	for route, r := range byRoute(t, d, "aws_api_gateway_integration_response") {
		if got := r.Get("response_parameters", "method.response.header.Access-Control-Allow-Origin"); got != "'https://a.example'" {
			t.Errorf("%s: origin %v", route, got)
		}
		template, _ := r.Get("response_templates", "application/json").(string)
		if !strings.Contains(template, `#if($origin == "https://a.example" || $origin == "https://b.example")`) {
			t.Errorf("%s: template %q", route, template)
		}
	}
	if got := d.One(t, "aws_api_gateway_gateway_response", "THROTTLED").Get("response_parameters", "gatewayresponse.header.Access-Control-Allow-Origin"); got != "'*'" {
		t.Errorf("errors can be read by %v", got)
	}
}

func TestAPIResourcePolicy(t *testing.T) {
	cfg := loadEnv(t, "dev")
	r := apiOf(t, cfg, apiInputs(cfg)).One(t, "aws_api_gateway_rest_api_policy", "rest/policy")
	statements, _ := r.JSON(t, "policy")["Statement"].([]any)
	if len(statements) != 2 {
		t.Fatalf("%v", statements)
	}
	for i, effect := range []string{"Allow", "Deny"} {
		s := statements[i]
		resource, _ := synth.Get(s, "Resource", 0).(string)
		if synth.Get(s, "Effect") != effect || synth.Get(s, "Principal") != "*" || synth.Get(s, "Action", 0) != "execute-api:Invoke" ||
			!strings.HasPrefix(resource, "${aws_api_gateway_rest_api.") || !strings.HasSuffix(resource, ".execution_arn}/*") {
			t.Errorf("%v", s)
		}
	}
	if got := synth.Get(statements[1], "Condition"); cmp.Diff(map[string]any{"Bool": map[string]any{"aws:SecureTransport": []any{"false"}}}, got) != "" {
		t.Errorf("requests are denied on %v", got)
	}
}
