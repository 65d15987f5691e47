package envs

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// checker collects problems.
type checker struct{ problems Problems }

func (k *checker) add(field string, value any, allowed string, args ...any) {
	k.problems = append(k.problems, Problem{field, value, fmt.Sprintf(allowed, args...)})
}

// that adds a problem unless ok.
func (k *checker) that(ok bool, field string, value any, allowed string, args ...any) {
	if !ok {
		k.add(field, value, allowed, args...)
	}
}

func (k *checker) between(field string, value, low, high int) {
	k.that(value >= low && value <= high, field, value, "%d to %d", low, high)
}

func (k *checker) within(field string, value, low, high float64) {
	// Written so that a NaN fails.
	k.that(value >= low && value <= high, field, value, "%g to %g", low, high)
}

func (k *checker) oneOf(field, value string, allowed ...string) {
	k.that(slices.Contains(allowed, value), field, value, "%s", strings.Join(allowed, ", "))
}

func (k *checker) oneOfInt(field string, value int, allowed []int) {
	k.that(slices.Contains(allowed, value), field, value, "%s", strings.Trim(strings.ReplaceAll(fmt.Sprint(allowed), " ", ", "), "[]"))
}

func (k *checker) matches(field, value string, pattern *regexp.Regexp, allowed string) {
	k.that(pattern.MatchString(value), field, value, "%s", allowed)
}

// unique checks that no value of the list stands in it twice.
func (k *checker) unique(field string, values []string) {
	seen := map[string]bool{}
	for i, v := range values {
		k.that(!seen[v], fmt.Sprintf("%s[%d]", field, i), v, "each value once")
		seen[v] = true
	}
}

// httpsURLs checks a list of https URLs; with origin, ones without a path.
func (k *checker) httpsURLs(field string, values []string, origin bool) {
	k.that(len(values) > 0, field, values, "at least one https URL")
	k.unique(field, values)
	for i, v := range values {
		u, err := url.Parse(v)
		ok := err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && u.Fragment == "" && !strings.ContainsAny(v, "* ,")
		what := "an https URL without user, fragment, wildcard or comma"
		if origin {
			ok = ok && u.Path == "" && u.RawQuery == ""
			what = "an https URL of scheme, host and port alone, as in https://app.example.com"
		}
		k.that(ok, fmt.Sprintf("%s[%d]", field, i), v, "%s", what)
	}
}
