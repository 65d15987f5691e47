package validation

import (
	"maps"
	"slices"
	"strconv"
)

// Value is a value of a document. Its accessors answer (value, known): what is
// known only at apply, or is not of the wanted kind, is not known. An absent
// value is known and zero; ask Absent where that differs.
type Value struct {
	raw    any
	opaque bool // something stands here, but not what it is
}

func newValue(raw any) Value { return Value{raw: raw} }

// Get follows a path of nested attributes from the resource. See Value.Get.
func (r Resource) Get(path ...string) Value { return newValue(r.Attributes).Get(path...) }

// Get follows a path of nested attributes. A block may be an object or a list
// that holds one object; in a list of several there is no one answer, so the
// value is unknown (use Blocks).
func (v Value) Get(path ...string) Value {
	for _, key := range path {
		if list, ok := v.raw.([]any); ok {
			switch len(list) {
			case 0:
				return Value{}
			case 1:
				v = newValue(list[0])
			default:
				return Value{opaque: true}
			}
		}
		object, ok := v.raw.(map[string]any)
		if !ok {
			return Value{opaque: !v.Absent()}
		}
		next, written := object[key]
		if !written {
			// Dynamic blocks are expanded only at plan.
			dynamic, _ := object["dynamic"].(map[string]any)
			_, isDynamic := dynamic[key]
			return Value{opaque: isDynamic}
		}
		v = newValue(next)
	}
	return v
}

// Absent reports whether nothing is written here, or null.
func (v Value) Absent() bool { return v.raw == nil && !v.opaque }

// Text is the value as literal text. Text that holds an expression is not
// known.
func (v Value) Text() (string, bool) {
	switch raw := v.raw.(type) {
	case string:
		if isExpression(raw) {
			return "", false
		}
		return raw, true
	case float64:
		return strconv.FormatFloat(raw, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(raw), true
	}
	return "", v.Absent()
}

// Bool is the value as a boolean. Terraform takes "true" for true, and so does
// Bool.
func (v Value) Bool() (bool, bool) {
	text, known := v.Text()
	if !known || v.Absent() {
		return false, known
	}
	b, err := strconv.ParseBool(text)
	return b, err == nil
}

// Number is the value as a number.
func (v Value) Number() (float64, bool) {
	text, known := v.Text()
	if !known || v.Absent() {
		return 0, known
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// Blocks are the nested blocks: none if absent, one for an object, several for
// a list.
func (v Value) Blocks() ([]Value, bool) {
	switch raw := v.raw.(type) {
	case map[string]any:
		return []Value{v}, true
	case []any:
		blocks := make([]Value, len(raw))
		for i, item := range raw {
			blocks[i] = newValue(item)
		}
		return blocks, true
	}
	return nil, v.Absent()
}

// Map are the entries of a map.
func (v Value) Map() (map[string]Value, bool) {
	object, ok := v.raw.(map[string]any)
	if !ok {
		return nil, v.Absent()
	}
	entries := make(map[string]Value, len(object))
	for key, raw := range object {
		entries[key] = newValue(raw)
	}
	return entries, true
}

// Keys are the sorted keys of a map.
func (v Value) Keys() ([]string, bool) {
	entries, known := v.Map()
	return slices.Sorted(maps.Keys(entries)), known
}

// String shows the value in a reason: the text itself, expressions included.
func (v Value) String() string {
	if text, ok := v.raw.(string); ok {
		return strconv.Quote(text)
	}
	if text, known := v.Text(); known && text != "" {
		return text
	}
	if v.Absent() {
		return "absent"
	}
	return "not readable"
}
