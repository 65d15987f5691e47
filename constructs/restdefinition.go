package constructs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

// RestDefinition is everything that shapes a REST API and is known when the
// stack is synthesized. The API is built from it and from nothing else, so its
// fingerprint tells whether the API has to be deployed anew.
type RestDefinition struct {
	Methods    []RestMethod
	Preflights []Preflight
	Models     []RestModel
	Responses  []GatewayResponse
	Authorizer RestAuthorizer
	Policy     string // of the API, with restPlaceholder for its ARN
	// TimeoutMillis bounds an integration. 29 seconds is what API Gateway
	// allows without a raised quota.
	TimeoutMillis int
}

// RestMethod is one method of a path.
type RestMethod struct {
	Method, Path string
	Function     string // contract.Function.Name
	APIKey       bool
	Model        string          // of the body; empty for no body
	Parameters   map[string]bool // "method.request.path.id" to whether it is required
}

// RestModel is a request model.
type RestModel struct{ Name, Schema string }

// RestAuthorizer is how callers are known.
type RestAuthorizer struct {
	IdentitySource string
	TTLSeconds     int
}

const restPlaceholder = "api"

// DefineRest is the definition of the API that serves routes to web clients of
// these origins. The authorizer's answers are cached for ttlSeconds, 0 to 3600.
func DefineRest(routes []contract.Route, origins []string, ttlSeconds int) (RestDefinition, error) {
	if err := checkOrigins(origins); err != nil {
		return RestDefinition{}, err
	}
	d := RestDefinition{
		Responses: GatewayResponses(origins), Preflights: Preflights(routes, origins),
		Authorizer: RestAuthorizer{IdentitySource: "method.request.header.Authorization", TTLSeconds: ttlSeconds},
		Policy:     Document(RestPolicy(restPlaceholder)...), TimeoutMillis: 29000,
	}
	models := map[string]bool{}
	for _, r := range routes {
		d.Methods = append(d.Methods, defineMethod(r))
		if r.Body == "" || models[r.Body] {
			continue
		}
		models[r.Body] = true
		schema, err := contract.Model(r.Body)
		if err != nil {
			return RestDefinition{}, fmt.Errorf("model of %s %s: %w", r.Method, r.Path, err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, schema); err != nil {
			return RestDefinition{}, fmt.Errorf("model %s: %w", r.Body, err)
		}
		d.Models = append(d.Models, RestModel{r.Body, compact.String()})
	}
	// In this order, so that moving a route in the table deploys nothing.
	slices.SortFunc(d.Methods, func(a, b RestMethod) int { return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method) })
	slices.SortFunc(d.Models, func(a, b RestModel) int { return strings.Compare(a.Name, b.Name) })
	return d, nil
}

// defineMethod declares what a route takes. The idempotency key is declared but
// not required: a write without one is simply not protected against repetition,
// which is the caller's choice.
func defineMethod(r contract.Route) RestMethod {
	m := RestMethod{Method: r.Method, Path: r.Path, Function: r.Function.Name, APIKey: r.NeedsKey(), Model: r.Body, Parameters: map[string]bool{}}
	for _, name := range pathParameters(r.Path) {
		m.Parameters["method.request.path."+name] = true
	}
	for _, name := range r.Query {
		m.Parameters["method.request.querystring."+name] = false
	}
	if r.Idempotent {
		m.Parameters["method.request.header."+contract.HeaderIdempotencyKey] = false
	}
	return m
}

// Fingerprint changes with anything in the definition.
func (d RestDefinition) Fingerprint() string { return fingerprint(d) }

func fingerprint(v any) string {
	sum := sha256.Sum256([]byte(JSON(v)))
	return hex.EncodeToString(sum[:])
}

// pathParameters are the names of the path's "{name}" segments.
func pathParameters(path string) []string {
	var names []string
	for _, s := range segments(path) {
		if name, ok := strings.CutPrefix(s, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// segments are the parts of a path: "/tickets/{id}" has "tickets" and "{id}".
func segments(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" })
}

// RestPolicy lets anybody call the API whom its authorizer lets in, over TLS
// alone. API Gateway takes a request only if both the authorizer and this
// policy allow it, so the first statement is needed beside the second.
//
// Resource policies of API Gateway know aws:SecureTransport but no key for the
// TLS version. The version is demanded by the custom domain's security policy;
// the default endpoint of a Regional REST API accepts TLS 1.0 (API Gateway
// developer guide, "Default security policies") and the provider has no setting
// for it, so it is switched off where there is a domain, and where there is
// none the access log shows each request's version. WebSocket APIs accept no
// less than TLS 1.2 on any endpoint.
func RestPolicy(executionARN string) []Statement {
	invoke, all := []string{"execute-api:Invoke"}, []string{executionARN + "/*"}
	return []Statement{
		{Sid: "Callers", Effect: "Allow", Principal: "*", Actions: invoke, Resources: all},
		Deny("TLSOnly", invoke, all).If("Bool", "aws:SecureTransport", "false"),
	}
}
