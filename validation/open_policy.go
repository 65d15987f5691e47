package validation

import (
	"slices"
	"strings"
)

// callerKeys are the condition keys that tie a request to known callers. Those
// that only say how or when a request is made are not among them.
func callerKeys() []string {
	return []string{
		"aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
		"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOwner",
		"aws:SourceVpc", "aws:SourceVpce", "aws:userid", "kms:CallerAccount",
	}
}

// pinsCaller reports whether a condition demands a known caller.
func pinsCaller(c condition) bool {
	known := slices.ContainsFunc(callerKeys(), func(key string) bool { return strings.EqualFold(key, c.Key) })
	return known && narrows(c.Operator) && !slices.ContainsFunc(c.Values, onlyWildcards)
}

// openTo judges whether an Allow statement admits everybody.
func openTo(s statement) (Verdict, string) {
	switch {
	case !s.anyone() || slices.ContainsFunc(s.Conditions, pinsCaller):
		return Compliant, ""
	case s.NotPrincipal:
		return NonCompliant, "allows everybody but some (NotPrincipal)"
	case len(s.Conditions) > 0:
		return NonCompliant, `allows Principal "*" and no condition pins the caller`
	}
	return NonCompliant, `allows Principal "*" without a condition`
}

// judgeOne judges the Allow statements of one policy, such as a trust policy.
func judgeOne(v Value, name string, judge judgement) []Result {
	if v.Absent() {
		return notApplicable()
	}
	if results := judgePolicy(policyText{name, v}, judge); len(results) > 0 {
		return results
	}
	return compliant()
}
