package openapi

import (
	"fmt"
	"reflect"

	"github.com/flowops/flowops/contract"
)

// values are what properties may be, by type and JSON name.
var values = map[string][]string{
	"Action.step":                  contract.ActionSteps,
	"Action.type":                  contract.ActionTypes,
	"AgentConfiguration.agentType": contract.AgentTypes,
	"Document.embeddingStatus":     contract.EmbeddingStatuses,
	"Document.status":              contract.DocumentStatuses,
	"Message.role":                 contract.MessageRoles,
	"Ticket.priority":              contract.TicketPriorities,
	"Ticket.sentiment":             contract.Sentiments,
	"Ticket.status":                contract.TicketStatuses,
}

// schemas are the request models and the types of answers and problems, by name.
func schemas(routes []contract.Route, contractDir string) (map[string]any, error) {
	answers, err := newAnswerTypes(contractDir)
	if err != nil {
		return nil, err
	}
	answers.add(reflect.TypeFor[contract.Problem]())
	all := map[string]any{}
	for _, r := range routes {
		for _, a := range r.Answers {
			if a.Body == nil {
				continue
			}
			if t := typeOf(a.Body); t.Name() == "" {
				return nil, fmt.Errorf("%s %s answers with %s, which has no name", r.Method, r.Path, t)
			}
			answers.add(typeOf(a.Body))
		}
		if r.Body == "" {
			continue
		}
		raw, err := contract.Model(r.Body)
		if err != nil {
			return nil, fmt.Errorf("read model %s: %w", r.Body, err)
		}
		if all[r.Body], err = modern(raw); err != nil {
			return nil, fmt.Errorf("model %s: %w", r.Body, err)
		}
	}
	if err := answers.refine(values); err != nil {
		return nil, err
	}
	for name, s := range answers.defined {
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("a model and a type are both called %s", name)
		}
		all[name] = s
	}
	return all, nil
}
