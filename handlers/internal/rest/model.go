package rest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/problem"
)

// model checks bodies. API Gateway checks them with the same schema; its
// answer does not say which field is wrong, and what reaches the function by
// another way is not checked at all.
type model struct{ schema *jsonschema.Schema }

func newModel(name string) (*model, error) {
	text, err := contract.Model(name)
	if err != nil {
		return nil, fmt.Errorf("read model %s: %w", name, err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read model %s: %w", name, err)
	}
	url := "model:" + name
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(url, document); err != nil {
		return nil, fmt.Errorf("add model %s: %w", name, err)
	}
	schema, err := compiler.Compile(url)
	if err != nil {
		return nil, fmt.Errorf("compile model %s: %w", name, err)
	}
	return &model{schema}, nil
}

// check returns what is wrong with body, field by field; nothing if nothing is.
func (m *model) check(body []byte) []problem.Field {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return []problem.Field{{Field: "body", Detail: "is not JSON"}}
	}
	err = m.schema.Validate(value)
	var invalid *jsonschema.ValidationError
	if err == nil {
		return nil
	}
	if !errors.As(err, &invalid) {
		return []problem.Field{{Field: "body", Detail: "can't be checked"}}
	}
	fields := failing(invalid)
	slices.SortFunc(fields, func(a, b problem.Field) int { return strings.Compare(a.Field, b.Field) })
	return slices.Compact(fields)
}

// failing are the leaves of a validation error.
func failing(e *jsonschema.ValidationError) []problem.Field {
	var fields []problem.Field
	for _, cause := range e.Causes {
		fields = append(fields, failing(cause)...)
	}
	if len(fields) > 0 {
		return fields
	}
	at := strings.Join(e.InstanceLocation, ".")
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			fields = append(fields, problem.Field{Field: join(at, name), Detail: "is missing"})
		}
	case *kind.AdditionalProperties:
		// Their names are the client's own words: they are counted, not quoted.
		fields = append(fields, problem.Field{Field: or(at, "body"), Detail: fmt.Sprintf("has %d properties that it may not have", len(k.Properties))})
	default:
		fields = append(fields, problem.Field{Field: or(at, "body"), Detail: detail(e.ErrorKind)})
	}
	return fields
}

func detail(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Type:
		return "must be of type " + strings.Join(k.Want, " or ")
	case *kind.Enum:
		return fmt.Sprintf("must be one of %v", k.Want)
	case *kind.MinLength:
		return fmt.Sprintf("must have at least %d characters", k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("may have at most %d characters", k.Want)
	case *kind.Minimum:
		return "must be at least " + k.Want.RatString()
	case *kind.Maximum:
		return "may be at most " + k.Want.RatString()
	case *kind.MinProperties:
		return fmt.Sprintf("must have at least %d properties", k.Want)
	}
	return "is not as its model says"
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
