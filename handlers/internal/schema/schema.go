// Package schema checks JSON against the contract's JSON Schemas, and says field
// by field what is wrong, without quoting it.
//
// API Gateway checks REST bodies with the same schemas. Its answer does not say
// which field is wrong, and what reaches a function by another way is not
// checked at all.
package schema

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

// Schema is a compiled JSON Schema. It is safe for concurrent use.
type Schema struct{ compiled *jsonschema.Schema }

// Model is the schema of contract.Model(name).
func Model(name string) (*Schema, error) {
	text, err := contract.Model(name)
	if err != nil {
		return nil, fmt.Errorf("read model %s: %w", name, err)
	}
	return Compile(name, text)
}

// Compile reads a JSON Schema. Formats are checked too.
func Compile(name string, text []byte) (*Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read model %s: %w", name, err)
	}
	url := "model:" + name
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(url, document); err != nil {
		return nil, fmt.Errorf("add model %s: %w", name, err)
	}
	compiled, err := compiler.Compile(url)
	if err != nil {
		return nil, fmt.Errorf("compile model %s: %w", name, err)
	}
	return &Schema{compiled}, nil
}

// Check returns what is wrong with text, field by field; nothing if nothing is.
func (s *Schema) Check(text []byte) []problem.Field {
	_, wrong := s.Read(text)
	return wrong
}

// Read returns text as a value, with json.Number for numbers, and what is wrong
// with it, field by field.
func (s *Schema) Read(text []byte) (any, []problem.Field) {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, []problem.Field{{Field: "body", Detail: "is not JSON"}}
	}
	err = s.compiled.Validate(value)
	var invalid *jsonschema.ValidationError
	if err == nil {
		return value, nil
	}
	if !errors.As(err, &invalid) {
		return nil, []problem.Field{{Field: "body", Detail: "can't be checked"}}
	}
	fields := failing(invalid)
	slices.SortFunc(fields, func(a, b problem.Field) int { return strings.Compare(a.Field, b.Field) })
	return nil, slices.Compact(fields)
}

// failing are the leaves of a validation error.
func failing(e *jsonschema.ValidationError) []problem.Field {
	var fields []problem.Field
	_, either := e.ErrorKind.(*kind.OneOf)
	for n, cause := range e.Causes {
		of := failing(cause)
		switch {
		case !either:
			fields = append(fields, of...)
		case n == 0 || len(of) < len(fields):
			fields = of // of the form that the value comes closest to
		}
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
	case *kind.Pattern:
		return "is not of the form " + k.Want
	case *kind.Format:
		return "must be a " + k.Want
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
