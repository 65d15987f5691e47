package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/handlers/internal/store"
)

// writeItem writes an item as a line of plain JSON, without some of its
// attributes. Numbers stay as they are written.
func writeItem(to *bytes.Buffer, item store.Item, omit []string) error {
	plain := map[string]any{}
	for name, value := range item {
		if slices.Contains(omit, name) {
			continue
		}
		v, err := plainValue(value)
		if err != nil {
			return err
		}
		plain[name] = v
	}
	line, err := json.Marshal(plain) // its keys are in order: the same item is the same line
	if err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	to.Write(append(line, '\n'))
	return nil
}

// plainValue is an attribute's value as JSON has it. Bytes are Base64, sets are
// lists.
func plainValue(value types.AttributeValue) (any, error) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value, nil
	case *types.AttributeValueMemberN:
		return json.Number(v.Value), nil
	case *types.AttributeValueMemberBOOL:
		return v.Value, nil
	case *types.AttributeValueMemberNULL:
		return nil, nil
	case *types.AttributeValueMemberB:
		return v.Value, nil
	case *types.AttributeValueMemberSS:
		return v.Value, nil
	case *types.AttributeValueMemberNS:
		return plainList(v.Value, func(s string) (any, error) { return json.Number(s), nil })
	case *types.AttributeValueMemberBS:
		return v.Value, nil
	case *types.AttributeValueMemberL:
		return plainList(v.Value, plainValue)
	case *types.AttributeValueMemberM:
		out := map[string]any{}
		for name, inner := range v.Value {
			p, err := plainValue(inner)
			if err != nil {
				return nil, err
			}
			out[name] = p
		}
		return out, nil
	}
	return nil, fmt.Errorf("write the export: a %T has no form in it", value)
}

func plainList[T any](values []T, plain func(T) (any, error)) ([]any, error) {
	out := make([]any, len(values))
	for i, v := range values {
		p, err := plain(v)
		if err != nil {
			return nil, err
		}
		out[i] = p
	}
	return out, nil
}
