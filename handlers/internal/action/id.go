package action

import (
	"encoding/json"
	"regexp"
)

// detail is an event's detail as the bus takes it.
func detail(d any) string {
	text, _ := json.Marshal(d) // strings and ints: it can't fail
	return string(text)
}

// idPattern is an id as the ActionRequest model has it.
var idPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// idOnly is an id as events may have it: they are mailed, and the tenant's agent,
// which writes requests too, is bound by no model.
func idOnly(id string) string {
	if !idPattern.MatchString(id) {
		return ""
	}
	return id
}
