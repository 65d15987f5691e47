package validation

import (
	"strings"

	"github.com/flowops/flowops/contract"
)

// contracted returns the contract of a function, which is known by the end of
// its name: the environment adds a prefix.
func contracted(r Resource) (contract.Function, bool) {
	name, _ := r.Get("function_name").Text()
	for _, f := range contract.Functions() {
		if name == f.Name || strings.HasSuffix(name, "-"+f.Name) {
			return f, true
		}
	}
	return contract.Function{}, false
}

// wantSize judges a number that every function sets, and chat functions to at
// least a minimum.
func wantSize(r Resource, attribute, unit string, chat float64) []Result {
	v := r.Get(attribute)
	size, known := v.Number()
	f, _ := contracted(r)
	switch {
	case !known:
		return unknown("%s is %s", attribute, v)
	case v.Absent():
		return nonCompliant("%s is absent", attribute)
	case f.Chat && size < chat:
		return nonCompliant("%s is %g %s, want %g or more for %s", attribute, size, unit, chat, f.Name)
	}
	return compliant()
}
