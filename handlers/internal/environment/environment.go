// Package environment reads the environment variables that a function
// requires, once, before its first invocation.
package environment

import (
	"strings"

	"github.com/flowops/flowops/contract"
)

// Values are the values of a function's environment variables, by name.
type Values map[string]string

// MissingError names every required variable that is not set or is blank.
type MissingError struct{ Names []string }

func (e *MissingError) Error() string {
	return "required environment variables are missing or empty: " + strings.Join(e.Names, ", ")
}

// Required are the names of the variables that fn requires: the common ones,
// then its own.
func Required(fn contract.Function) []string {
	names := make([]string, 0, len(contract.CommonEnvironment)+len(fn.Environment))
	names = append(names, contract.CommonEnvironment...)
	return append(names, fn.Environment...)
}

// Read returns the value of every variable that fn requires. Where some are
// missing it returns those that are there, and one *MissingError that names
// all the others, so that one look at the log is enough to repair them.
func Read(fn contract.Function, lookup func(string) (string, bool)) (Values, error) {
	values := Values{}
	var missing []string
	for _, name := range Required(fn) {
		value, ok := lookup(name)
		if !ok || strings.TrimSpace(value) == "" {
			missing = append(missing, name)
			continue
		}
		values[name] = value
	}
	if len(missing) > 0 {
		return values, &MissingError{Names: missing}
	}
	return values, nil
}
