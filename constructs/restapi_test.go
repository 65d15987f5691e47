package constructs

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

var testOrigins = []string{"https://app.example", "https://admin.example"}

func define(t testing.TB, routes []contract.Route, origins []string, ttl int) RestDefinition {
	t.Helper()
	d, err := DefineRest(routes, origins, ttl)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRestFingerprint(t *testing.T) {
	base := define(t, contract.Routes(), testOrigins, 300)
	changed := func(change func(r *contract.Route)) RestDefinition {
		routes := contract.Routes()
		change(&routes[4])
		return define(t, routes, testOrigins, 300)
	}
	model := define(t, contract.Routes(), testOrigins, 300)
	model.Models = slices.Clone(model.Models)
	model.Models[0].Schema = strings.Replace(model.Models[0].Schema, "64", "65", 1)
	response := define(t, contract.Routes(), testOrigins, 300)
	response.Responses[0].Status = 400
	policy := define(t, contract.Routes(), testOrigins, 300)
	policy.Policy = Document(RestPolicy(restPlaceholder)[:1]...)
	for name, d := range map[string]RestDefinition{
		"a route less":         define(t, contract.Routes()[1:], testOrigins, 300),
		"another method":       changed(func(r *contract.Route) { r.Method = "PUT" }),
		"another path":         changed(func(r *contract.Route) { r.Path = "/cases" }),
		"another function":     changed(func(r *contract.Route) { r.Function = contract.SafeActions }),
		"another model":        changed(func(r *contract.Route) { r.Body = "TicketUpdate" }),
		"a query parameter":    changed(func(r *contract.Route) { r.Query = []string{"dryRun"} }),
		"no idempotency key":   changed(func(r *contract.Route) { r.Idempotent = false }),
		"for operators":        changed(func(r *contract.Route) { r.Roles = []contract.Role{contract.RoleOperator} }),
		"a changed model":      model,
		"a changed response":   response,
		"a changed policy":     policy,
		"an origin less":       define(t, contract.Routes(), testOrigins[:1], 300),
		"origins in new order": define(t, contract.Routes(), []string{testOrigins[1], testOrigins[0]}, 300),
		"another cache time":   define(t, contract.Routes(), testOrigins, 0),
	} {
		if d.Fingerprint() == base.Fingerprint() {
			t.Errorf("%s: the fingerprint is the same, so nothing would be deployed", name)
		}
	}
	moved := contract.Routes()
	slices.Reverse(moved)
	if define(t, moved, testOrigins, 300).Fingerprint() != base.Fingerprint() {
		t.Error("moving routes within the table would deploy")
	}
}

func TestDefineRestRefuses(t *testing.T) {
	unknown := []contract.Route{{Method: "POST", Path: "/x", Function: contract.Records, Body: "NoSuchModel"}}
	for name, tt := range map[string]struct {
		routes  []contract.Route
		origins []string
	}{
		"no origin":             {contract.Routes(), nil},
		"every origin":          {contract.Routes(), []string{"*"}},
		"an origin in clear":    {contract.Routes(), []string{"http://app.example"}},
		"an origin with a code": {contract.Routes(), []string{`https://app.example" || "" == "`}},
		"a mapping in disguise": {contract.Routes(), []string{"https://app.example','x"}},
		"an unknown model":      {unknown, testOrigins},
	} {
		if _, err := DefineRest(tt.routes, tt.origins, 300); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}

// Only whole origins match: a pattern would let https://appXexample in.
func TestOriginTemplate(t *testing.T) {
	got := OriginTemplate(testOrigins)
	for _, want := range []string{
		`#if($origin == "https://app.example" || $origin == "https://admin.example")#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end`,
		`.get("Origin")`, `.get("origin")`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the template lacks %s:\n%s", want, got)
		}
	}
	if strings.Contains(got, "matches") || OriginTemplate(testOrigins[:1]) != "" {
		t.Error("origins are matched as patterns, or one origin needs a template")
	}
}

func TestGatewayResponses(t *testing.T) {
	for _, r := range GatewayResponses(testOrigins[:1]) {
		var problem struct {
			Type, Title, Detail, Instance string
			Status                        int
		}
		// What API Gateway fills in for the default errors, with its quotes.
		body := strings.ReplaceAll(r.Body, "$context.error.messageString", `"Forbidden"`)
		if err := json.Unmarshal([]byte(body), &problem); err != nil {
			t.Errorf("%s: %v", r.Type, err)
		}
		if problem.Type != "about:blank" || problem.Title == "" || problem.Instance != "$context.requestId" || problem.Status != r.Status {
			t.Errorf("%s: %+v", r.Type, problem)
		}
		want := map[string]string{"Access-Control-Allow-Origin": testOrigins[0], "Content-Type": "application/problem+json", "Cache-Control": "no-store", "Vary": "Origin"}
		for name, value := range want {
			if r.Headers[name] != value {
				t.Errorf("%s: header %s is %q, want %q", r.Type, name, r.Headers[name], value)
			}
		}
		if (r.Status == 429) != (r.Headers["Retry-After"] != "") {
			t.Errorf("%s: Retry-After is %q", r.Type, r.Headers["Retry-After"])
		}
	}
	if got := GatewayResponses(testOrigins)[0].Headers; got["Access-Control-Allow-Origin"] != "*" || got["Access-Control-Allow-Credentials"] != "" {
		t.Errorf("with several origins: %v", got)
	}
}

// Tokens and content must not get into a log: no line may name a header, a
// query, a path or a body.
func TestAccessLogs(t *testing.T) {
	for name, format := range map[string]string{"REST": RestAccessLog(), "WebSocket": WebSocketAccessLog()} {
		var fields map[string]string
		if err := json.Unmarshal([]byte(format), &fields); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		allowed := []string{
			"$context.requestId", "$context.extendedRequestId", "$context.xrayTraceId", "$context.requestTimeEpoch", "$context.identity.sourceIp",
			"$context.httpMethod", "$context.resourcePath", "$context.protocol", "$context.tlsVersion", "$context.authorizer.claims.custom:tenant_id",
			"$context.authorizer.claims.sub", "$context.identity.apiKeyId", "$context.status", "$context.error.responseType", "$context.wafResponseCode",
			"$context.responseLatency", "$context.integration.latency", "$context.integration.status",
			"$context.connectionId", "$context.eventType", "$context.routeKey", "$context.authorizer.tenantId", "$context.authorizer.principalId",
		}
		for field, value := range fields {
			if !slices.Contains(allowed, value) {
				t.Errorf("%s: %s logs %s", name, field, value)
			}
		}
		for _, must := range []string{"requestId", "tenantId", "status", "integrationLatency", "errorType"} {
			if fields[must] == "" {
				t.Errorf("%s: no %s", name, must)
			}
		}
	}
}

func TestSourcePath(t *testing.T) {
	for path, want := range map[string][2]string{
		"/chat":                    {"/chat", "rest-GET-chat"},
		"/tickets/{id}":            {"/tickets/*", "rest-GET-tickets-id"},
		"/documents/{id}/approval": {"/documents/*/approval", "rest-GET-documents-id-approval"},
	} {
		if got := [2]string{sourcePath(path), statementID("rest", "GET", path)}; got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	if got := statementID("websocket", "$connect"); got != "websocket-connect" {
		t.Errorf("$connect: %s", got)
	}
}

func TestManageConnections(t *testing.T) {
	got := ManageConnections("arn:aws:execute-api:r:1:a", "dev", "POST", "DELETE")
	want := Statement{Sid: "Connections", Effect: "Allow", Actions: []string{"execute-api:ManageConnections"},
		Resources: []string{"arn:aws:execute-api:r:1:a/dev/POST/@connections/*", "arn:aws:execute-api:r:1:a/dev/DELETE/@connections/*"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
