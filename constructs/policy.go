package constructs

import (
	"bytes"
	"encoding/json"
)

// Statement is a statement of an IAM policy. Values may hold tokens.
type Statement struct {
	Sid          string     `json:"Sid,omitempty"`
	Effect       string     `json:"Effect"`
	Principal    any        `json:"Principal,omitempty"` // "*", or a Principal
	Actions      []string   `json:"Action,omitempty"`
	Resources    []string   `json:"Resource,omitempty"`
	NotResources []string   `json:"NotResource,omitempty"`
	Conditions   Conditions `json:"Condition,omitempty"`
}

// Principal is who a statement of a resource policy is about: a kind
// ("Service", "AWS", "Federated") and its names.
type Principal map[string][]string

// Conditions maps an operator to keys and their values.
type Conditions map[string]map[string][]string

// Allow is a statement that allows actions on resources.
func Allow(sid string, actions, resources []string) Statement {
	return Statement{Sid: sid, Effect: "Allow", Actions: actions, Resources: resources}
}

// Deny is a statement that denies actions on resources to everybody.
func Deny(sid string, actions, resources []string) Statement {
	return Statement{Sid: sid, Effect: "Deny", Principal: "*", Actions: actions, Resources: resources}
}

// To returns the statement for a principal of that kind, as a resource policy
// or a trust policy needs it.
func (s Statement) To(kind string, names ...string) Statement {
	s.Principal = Principal{kind: names}
	return s
}

// If returns the statement with one more condition.
func (s Statement) If(operator, key string, values ...string) Statement {
	merged := Conditions{}
	for op, keys := range s.Conditions {
		merged[op] = map[string][]string{}
		for k, v := range keys {
			merged[op][k] = v
		}
	}
	if merged[operator] == nil {
		merged[operator] = map[string][]string{}
	}
	merged[operator][key] = values
	s.Conditions = merged
	return s
}

// Document is the policy document of the statements, as JSON with its keys in a
// fixed order.
func Document(statements ...Statement) string {
	return JSON(map[string]any{"Version": "2012-10-17", "Statement": statements})
}

// JSON is v as JSON that tokens survive: nothing in it is escaped for HTML. It
// panics for values that JSON can't hold, which is a mistake in the program.
func JSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}

// IAMVariable is a policy variable, such as aws:PrincipalTag/TenantId, written
// so that Terraform leaves it to IAM.
func IAMVariable(key string) string { return "$${" + key + "}" }
