package validation

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// policy is an IAM policy document. Texts are as Terraform writes them, with
// references and with "$${" before policy variables.
type policy []statement

// statement is one statement of a policy.
type statement struct {
	Sid, Effect string
	// Principals maps the kind of principal ("AWS", "Service", "Federated",
	// "CanonicalUser") to its values; the bare "*" is of kind "*".
	Principals   map[string][]string
	NotPrincipal bool
	Actions      []string
	NotActions   []string
	Resources    []string
	NotResources []string
	Conditions   []condition
}

// condition is one operator with one key.
type condition struct {
	Operator, Key string
	Values        []string
}

// parsePolicy reads a policy. known is false for an expression and for text
// that is not a policy.
func parsePolicy(v Value) (p policy, known bool) {
	text, isText := v.raw.(string)
	if !isText {
		return nil, v.Absent()
	}
	var raw struct{ Statement any }
	if err := json.Unmarshal([]byte(text), &raw); err != nil || raw.Statement == nil {
		return nil, false
	}
	blocks, known := newValue(raw.Statement).Blocks()
	if !known {
		return nil, false
	}
	for i, block := range blocks {
		s, ok := parseStatement(block)
		if !ok {
			return nil, false
		}
		if s.Sid == "" {
			s.Sid = fmt.Sprintf("statement %d", i+1)
		}
		p = append(p, s)
	}
	return p, true
}

func parseStatement(v Value) (s statement, ok bool) {
	ok = true
	list := func(key string) []string {
		values, known := v.Get(key).rawStrings()
		ok = ok && known
		return values
	}
	s.Sid, _ = v.Get("Sid").Text()
	s.Effect, _ = v.Get("Effect").Text()
	s.Actions, s.NotActions = list("Action"), list("NotAction")
	s.Resources, s.NotResources = list("Resource"), list("NotResource")
	s.NotPrincipal = !v.Get("NotPrincipal").Absent()
	s.Principals = make(map[string][]string)
	if principal := v.Get("Principal"); principal.raw == "*" {
		s.Principals["*"] = []string{"*"}
	} else {
		kinds, known := principal.Map()
		ok = ok && known
		for kind, values := range kinds {
			s.Principals[kind], known = values.rawStrings()
			ok = ok && known
		}
	}
	operators, known := v.Get("Condition").Map()
	ok = ok && known
	for _, operator := range slices.Sorted(maps.Keys(operators)) {
		keys, known := operators[operator].Map()
		ok = ok && known
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			values, known := keys[key].rawStrings()
			ok = ok && known
			s.Conditions = append(s.Conditions, condition{operator, key, values})
		}
	}
	return s, ok && (s.Effect == "Allow" || s.Effect == "Deny")
}

// rawStrings are the strings of a string or a list of strings, with their
// expressions: in a policy, a reference is part of a longer text. Booleans and
// numbers are taken as text, as IAM does.
func (v Value) rawStrings() ([]string, bool) {
	list, isList := v.raw.([]any)
	if !isList {
		if v.Absent() {
			return nil, true
		}
		list = []any{v.raw}
	}
	out := make([]string, 0, len(list))
	for _, item := range list {
		if text, ok := item.(string); ok {
			out = append(out, text)
			continue
		}
		text, known := newValue(item).Text()
		if !known || item == nil {
			return nil, false
		}
		out = append(out, text)
	}
	return out, true
}

// find returns the condition values of a key under an operator that satisfies
// accept. Condition keys have no case.
func (s statement) find(key string, accept func(operator string) bool) (values []string, found bool) {
	for _, c := range s.Conditions {
		if strings.EqualFold(c.Key, key) && accept(c.Operator) {
			return c.Values, true
		}
	}
	return nil, false
}

// narrows reports whether an operator demands that the key is there and equals
// a value: not its negation, not a test for presence, and none that an absent
// key satisfies.
func narrows(operator string) bool {
	name := strings.TrimPrefix(operator, "ForAnyValue:")
	switch name {
	case "StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike":
		return true
	}
	return false
}

// anyone reports whether the principal is everybody.
func (s statement) anyone() bool {
	return slices.Contains(s.Principals["*"], "*") || slices.Contains(s.Principals["AWS"], "*") || s.NotPrincipal && s.Effect == "Allow"
}

// allows returns the action patterns of the statement that match one of the
// actions. NotAction is not looked at: FO-IAM-001 refuses it.
func (s statement) allows(actions ...string) (matched []string) {
	for _, pattern := range s.Actions {
		if slices.ContainsFunc(actions, func(action string) bool { return matches(pattern, action) }) {
			matched = append(matched, pattern)
		}
	}
	return matched
}

// matches reports whether an IAM pattern with "*" and "?" covers an action,
// without regard to case.
func matches(pattern, action string) bool {
	return glob(strings.ToLower(pattern), strings.ToLower(action))
}

func glob(pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	if pattern[0] == '*' {
		return glob(pattern[1:], text) || text != "" && glob(pattern, text[1:])
	}
	return text != "" && (pattern[0] == '?' || pattern[0] == text[0]) && glob(pattern[1:], text[1:])
}

// onlyWildcards reports whether text is made of wildcards and nothing else.
func onlyWildcards(text string) bool { return text != "" && strings.Trim(text, "*?") == "" }
