package isolation

import (
	"strings"
	"testing"

	blocks "github.com/flowops/flowops/constructs"
)

// deciding are the policies without the statements that are about other
// services only: those decide nothing, and the engine reads each policy anew
// for each request.
func deciding(policies []named, action string) []named {
	service, _, _ := strings.Cut(action, ":")
	var all []named
	for _, p := range policies {
		var statements []blocks.Statement
		for _, s := range p.Statement {
			if concerns(s, service) {
				statements = append(statements, s)
			}
		}
		if len(statements) > 0 {
			all = append(all, named{p.name, document{p.Version, statements}})
		}
	}
	return all
}

func concerns(s blocks.Statement, service string) bool {
	for _, a := range s.Actions {
		of, _, found := strings.Cut(a, ":")
		if !found || of == service || strings.ContainsAny(of, "*?") {
			return true
		}
	}
	return false
}

// The statements that are left out decide nothing.
func TestOtherServicesDecideNothing(t *testing.T) {
	a := environment(t, "dev")
	cells := a.cells()
	var whole, part []request
	for _, name := range a.names() {
		for i := len(name); i < len(cells); i += 97 {
			r := a.askCell(a.role(t, name), cells[i])
			part = append(part, r)
			r.identity = a.role(t, name).policies
			whole = append(whole, r)
		}
	}
	with, without := judge(t, a, whole), judge(t, a, part)
	for i := range with {
		if with[i].Result != without[i].Result {
			t.Errorf("%s: %s on %s is %s, with all statements %s", part[i].label, part[i].action, part[i].resource, without[i].Result, with[i].Result)
		}
	}
}
