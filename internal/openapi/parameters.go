package openapi

import (
	"fmt"
	"regexp"

	"github.com/flowops/flowops/contract"
)

var pathParameter = regexp.MustCompile(`{(\w+)}`)

// described are the words for parameters that are not of a page.
var described = map[string]string{
	"id":       "Id of the item.",
	"type":     "Type of the action.",
	"tenantId": "Id of the tenant. An operator may name any; an admin, the own one.",
	"status":   "Only items of this status.",
	"ticketId": "Only conversations about this ticket.",
	"verify":   "\"true\": compare what is configured with what is there.",
	"data":     "What becomes of the tenant's data.",
}

// Names of the parameters that operations share.
const (
	parameterLimit  = "limit"
	parameterCursor = "cursor"
)

func sharedParameters() map[string]Parameter {
	return map[string]Parameter{
		parameterLimit: {Name: parameterLimit, In: "query", Description: "Most items of a page.", Schema: map[string]any{
			"type": "integer", "minimum": 1, "maximum": contract.MaxLimit, "default": contract.DefaultLimit,
		}},
		parameterCursor: {Name: parameterCursor, In: "query", Description: "Where the page begins: nextCursor of the page before, of the same list. It means nothing else, and expires.",
			Schema: map[string]any{"type": "string"}},
		contract.HeaderIdempotencyKey: {Name: contract.HeaderIdempotencyKey, In: "header",
			Description: "The client's own name for this write. The same request with the same key is carried out once and answered alike, for a day; another request with it is refused (422). " +
				"Without a key, a write that is sent again is another write.",
			Schema: map[string]any{"type": "string", "pattern": contract.IdempotencyKeyPattern}},
	}
}

// parameters are those of a route: of the path, of the query, the headers.
func parameters(r contract.Route) ([]any, error) {
	var all []any
	for _, m := range pathParameter.FindAllStringSubmatch(r.Path, -1) {
		p, err := parameter(r, m[1], "path")
		if err != nil {
			return nil, err
		}
		p.Required = true
		all = append(all, p)
	}
	for _, name := range r.Query {
		if name == parameterLimit || name == parameterCursor {
			all = append(all, refer("parameters", name))
			continue
		}
		p, err := parameter(r, name, "query")
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	if r.Idempotent {
		all = append(all, refer("parameters", contract.HeaderIdempotencyKey))
	}
	return all, nil
}

func parameter(r contract.Route, name, in string) (Parameter, error) {
	p := Parameter{Name: name, In: in, Description: described[name], Schema: map[string]any{"type": "string"}}
	switch values := r.Values[name]; {
	case p.Description == "":
		return p, fmt.Errorf("parameter %s is not described", name)
	case values != nil:
		p.Schema["enum"] = values
	case name == "tenantId":
		p.Schema["pattern"] = contract.TenantIDPattern
	case in == "query":
		p.Schema["minLength"], p.Schema["maxLength"] = 1, contract.MaxParameter
	default:
		p.Schema["minLength"] = 1
	}
	return p, nil
}
