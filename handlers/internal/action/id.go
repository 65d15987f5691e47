package action

import (
	"regexp"
)

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
