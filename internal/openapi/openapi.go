// Package openapi describes the REST API as an OpenAPI 3.1 document. It is made
// from the route table, request models and Go types that the functions work
// with, so that it can't say anything else than they do. Nobody serves it.
package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

// specification is the version of OpenAPI. Its schemas are JSON Schema 2020-12.
const specification = "3.1.1"

const about = `The REST API of a tenant's people, and of the operators who onboard tenants.

Whose data a request is about, its token alone says. Every error is a problem (RFC 9457). Clients ignore properties that they don't know: answers may get more.

Each path also answers the CORS preflight of the configured web origins (OPTIONS), which is not listed here.`

// JSON is the document as text. The descriptions of schemas are the comments of
// the Go types in contractDir, the source of package contract.
func JSON(contractDir string) ([]byte, error) {
	document, err := Build(contract.Routes(), contractDir)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		return nil, fmt.Errorf("write the document: %w", err)
	}
	return b.Bytes(), nil
}

// Build describes routes. It fails for what is not complete: a route without
// answers, a model that is not there, a name that two schemas or operations have.
func Build(routes []contract.Route, contractDir string) (Document, error) {
	d := Document{
		OpenAPI: specification,
		Info:    Info{Title: "FlowOps API", Description: about, Version: contract.APIVersion},
		Servers: servers(),
		Paths:   map[string]Path{},
		Components: Components{
			Parameters: sharedParameters(), Headers: sharedHeaders(), Responses: map[string]Response{}, SecuritySchemes: securitySchemes(),
		},
	}
	names := map[string]bool{}
	for _, r := range routes {
		if err := r.Check(); err != nil {
			return d, err
		}
		if names[r.Name] {
			return d, fmt.Errorf("two operations are called %s", r.Name)
		}
		names[r.Name] = true
		if d.Paths[r.Path] == nil {
			d.Paths[r.Path] = Path{}
		}
		method := strings.ToLower(r.Method)
		if _, twice := d.Paths[r.Path][method]; twice {
			return d, fmt.Errorf("%s %s stands twice", r.Method, r.Path)
		}
		o, err := operation(r)
		if err != nil {
			return d, err
		}
		d.Paths[r.Path][method] = o
		for _, status := range r.Errors() {
			d.Components.Responses[responseName(status)] = problemResponse(status)
		}
		if !slices.ContainsFunc(d.Tags, func(t Tag) bool { return t.Name == o.Tags[0] }) {
			d.Tags = append(d.Tags, Tag{Name: o.Tags[0], Description: tags[o.Tags[0]]})
		}
	}
	d.Components.Responses[otherProblem] = problemResponse(0)
	var err error
	d.Components.Schemas, err = schemas(routes, contractDir)
	return d, err
}

func servers() []Server {
	return []Server{
		{URL: "https://{domain}", Description: "An environment's custom domain.", Variables: map[string]Variable{
			"domain": {Default: "api.example.com", Description: "As the environment is configured."},
		}},
		{URL: "https://{host}/{stage}", Description: "API Gateway's own endpoint, of an environment without a custom domain.", Variables: map[string]Variable{
			"host":  {Default: "api.example.com", Description: "Host of the endpoint."},
			"stage": {Default: "dev", Description: "Name of the environment."},
		}},
	}
}

// Names of the security schemes.
const (
	schemeToken = "idToken"
	schemeKey   = "apiKey"
)

func securitySchemes() map[string]SecurityScheme {
	return map[string]SecurityScheme{
		schemeToken: {Type: "http", Scheme: "bearer", BearerFormat: "JWT",
			Description: "The ID token of the person, from the environment's Cognito user pool. It carries the tenant and the roles; an access token does not."},
		schemeKey: {Type: "apiKey", In: "header", Name: contract.HeaderAPIKey,
			Description: "The tenant's API key, by which requests are throttled. It lets nobody in, and another tenant's is refused."},
	}
}
