package openapi

import (
	"encoding/json"
	"fmt"
	"slices"
)

// modern turns a request model, JSON Schema draft 4, into 2020-12, which OpenAPI
// 3.1 has. It knows the keywords that mean the same in both, and the bounds that
// don't, and refuses any other: it would be a guess.
func modern(model []byte) (map[string]any, error) {
	var schema map[string]any
	if err := json.Unmarshal(model, &schema); err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	delete(schema, "$schema")
	delete(schema, "title") // its name in the document
	return schema, modernize(schema)
}

// Keywords of draft 4 by what they hold.
var (
	plain = []string{
		"type", "enum", "title", "description", "default", "pattern", "format", "required", "uniqueItems", "multipleOf", "minimum", "maximum",
		"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
	}
	oneSchema   = []string{"items", "not", "additionalProperties"}
	schemaLists = []string{"allOf", "anyOf", "oneOf"}
	schemaMaps  = []string{"properties", "patternProperties"}
	// exclusive turns "minimum": 1, "exclusiveMinimum": true into
	// "exclusiveMinimum": 1.
	exclusive = map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
)

func modernize(schema map[string]any) error {
	for keyword, bound := range exclusive {
		strict, ok := schema[keyword]
		if !ok {
			continue
		}
		delete(schema, keyword)
		if strict == true {
			schema[keyword] = schema[bound]
			delete(schema, bound)
		}
	}
	for keyword, value := range schema {
		var parts []any
		switch {
		case slices.Contains(plain, keyword), exclusive[keyword] != "":
		case slices.Contains(oneSchema, keyword):
			if _, boolean := value.(bool); !boolean {
				parts = []any{value}
			}
		case slices.Contains(schemaLists, keyword):
			parts, _ = value.([]any)
		case slices.Contains(schemaMaps, keyword):
			all, _ := value.(map[string]any)
			for _, part := range all {
				parts = append(parts, part)
			}
		default:
			return fmt.Errorf("%s can't be turned into JSON Schema 2020-12", keyword)
		}
		for _, part := range parts {
			inner, ok := part.(map[string]any)
			if !ok {
				return fmt.Errorf("%s holds %T where a schema should be", keyword, part)
			}
			if err := modernize(inner); err != nil {
				return fmt.Errorf("%s: %w", keyword, err)
			}
		}
	}
	return nil
}
