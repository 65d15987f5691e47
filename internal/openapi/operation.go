package openapi

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/flowops/flowops/contract"
)

const mediaJSON = "application/json"

// tags are the groups of operations, by the first segment of their paths.
var tags = map[string]string{
	"chat":          "Answers from the tenant's own documents.",
	"conversations": "What was asked and answered, with personal data redacted.",
	"tickets":       "Requests for help.",
	"documents":     "What the tenant's agent knows.",
	"actions":       "What the agent may do once a person has agreed.",
	"agents":        "Tenants and their agents, for operators.",
}

func operation(r contract.Route) (Operation, error) {
	tag, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
	if tags[tag] == "" {
		return Operation{}, fmt.Errorf("%s %s is of no group: describe %q", r.Method, r.Path, tag)
	}
	security := map[string][]string{schemeToken: {}}
	if r.NeedsKey() {
		security[schemeKey] = []string{}
	}
	o := Operation{
		OperationID: r.Name, Summary: r.Summary, Tags: []string{tag}, Security: []map[string][]string{security}, Responses: map[string]any{},
	}
	for _, role := range r.Roles {
		o.Roles = append(o.Roles, string(role))
	}
	o.Description = "For the roles: " + strings.Join(o.Roles, ", ") + "."
	var err error
	if o.Parameters, err = parameters(r); err != nil {
		return o, fmt.Errorf("%s %s: %w", r.Method, r.Path, err)
	}
	if r.Body != "" {
		o.RequestBody = &RequestBody{Required: true, Content: map[string]Media{mediaJSON: {Schema: refer("schemas", r.Body)}}}
	}
	for _, a := range r.Answers {
		o.Responses[strconv.Itoa(a.Status)] = answer(a)
	}
	for _, status := range r.Errors() {
		o.Responses[strconv.Itoa(status)] = refer("responses", responseName(status))
	}
	o.Responses["default"] = refer("responses", otherProblem)
	return o, nil
}

// did is what a status says about a request that was carried out.
var did = map[int]string{
	200: "It is done.", 201: "It was made.", 202: "It is under way: the same request, sent again, says how far.", 204: "It is gone.",
}

func answer(a contract.Answer) Response {
	response := Response{Description: did[a.Status], Headers: map[string]any{contract.HeaderRequestID: refer("headers", contract.HeaderRequestID)}}
	if a.Location {
		response.Headers["Location"] = refer("headers", "Location")
	}
	if a.Body != nil {
		response.Content = map[string]Media{mediaJSON: {Schema: refer("schemas", typeName(typeOf(a.Body)))}}
	}
	return response
}
