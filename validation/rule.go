package validation

import "fmt"

// Verdict is what a rule says of a resource.
type Verdict int

// The verdicts, from the least to the most serious.
const (
	NotApplicable Verdict = iota
	Compliant
	// Unknown means that the document does not tell: the value is an
	// expression that is resolved only at apply. It is reported as a warning.
	Unknown
	NonCompliant
)

// String names the verdict.
func (v Verdict) String() string {
	switch v {
	case NotApplicable:
		return "not applicable"
	case Compliant:
		return "compliant"
	case Unknown:
		return "unknown"
	case NonCompliant:
		return "non-compliant"
	}
	return fmt.Sprintf("Verdict(%d)", int(v))
}

// Severity is how much a finding weighs.
type Severity string

// The severities. An error stops the synth; a warning is shown.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// AnyType stands in Rule.Types for every type.
const AnyType = "*"

// Rule is one rule.
type Rule struct {
	ID string
	// Title is the statement that holds of every compliant resource.
	Title string
	// Why says what goes wrong otherwise; Fix says what to write.
	Why, Fix string
	Severity Severity
	// Types are the resource types that Check is asked about.
	Types []string
	// Check judges a resource. It is pure, gives at least one result, and one
	// for each part where a resource has several (the statements of a policy).
	// It is nil for the rules about suppressions, which the engine judges.
	Check func(*Context, Resource) []Result
}

// Result is a verdict with its reason.
type Result struct {
	Verdict Verdict
	// Reason says what is wrong or unreadable, with the value found.
	Reason string
	// Part names a part of the resource, such as a policy statement's Sid. It
	// is empty for the resource as a whole.
	Part string
}

// Context is what a rule may look at besides the resource.
type Context struct {
	Stack   *Stack
	Options Options
}

// Options is what the environment asks for.
type Options struct {
	// Environment is its name, for reports.
	Environment string
	// Protected means that deletion protection is wanted.
	Protected bool
	// Tags are the required tags with their expected values; "" allows any.
	Tags map[string]string
}

func compliant() []Result { return []Result{{Verdict: Compliant}} }

func notApplicable() []Result { return []Result{{Verdict: NotApplicable}} }

func nonCompliant(format string, args ...any) []Result {
	return []Result{{Verdict: NonCompliant, Reason: fmt.Sprintf(format, args...)}}
}

func unknown(format string, args ...any) []Result {
	return []Result{{Verdict: Unknown, Reason: fmt.Sprintf(format, args...)}}
}

// worst returns the most serious of several answers about one resource.
func worst(answers ...[]Result) []Result {
	result := notApplicable()
	for _, answer := range answers {
		if verdictOf(answer) > verdictOf(result) {
			result = answer
		}
	}
	return result
}

// verdictOf is the most serious verdict among results.
func verdictOf(results []Result) Verdict {
	verdict := NotApplicable
	for _, r := range results {
		verdict = max(verdict, r.Verdict)
	}
	return verdict
}

// wantTrue judges a boolean that must be written as true.
func wantTrue(r Resource, path ...string) []Result { return wantBool(true, r, path...) }

// wantFalse judges a boolean that must be false, which it is when absent.
func wantFalse(r Resource, path ...string) []Result { return wantBool(false, r, path...) }

func wantBool(want bool, r Resource, path ...string) []Result {
	v := r.Get(path...)
	got, known := v.Bool()
	switch {
	case !known:
		return unknown("%s is %s", dotted(path), v)
	case got != want:
		return nonCompliant("%s is %s, want %t", dotted(path), v, want)
	}
	return compliant()
}

// wantText judges text that must be one of the allowed.
func wantText(v Value, name string, allowed ...string) []Result {
	got, known := v.Text()
	if !known {
		return unknown("%s is %s", name, v)
	}
	for _, want := range allowed {
		if got == want && got != "" {
			return compliant()
		}
	}
	return nonCompliant("%s is %s, want %s", name, v, orList(allowed))
}

// wantPresent judges an attribute or block that must be written. What it holds
// is another's matter, so an expression will do.
func wantPresent(r Resource, path ...string) []Result {
	v := r.Get(path...)
	if v.opaque {
		return unknown("%s is %s", dotted(path), v)
	}
	if text, known := v.Text(); v.Absent() || known && text == "" {
		return nonCompliant("%s is absent", dotted(path))
	}
	if list, ok := v.raw.([]any); ok && len(list) == 0 {
		return nonCompliant("%s is empty", dotted(path))
	}
	return compliant()
}

// protected makes a check that asks for deletion protection apply only where
// the environment wants it.
func protected(check func(Resource) []Result) func(*Context, Resource) []Result {
	return func(ctx *Context, r Resource) []Result {
		if !ctx.Options.Protected {
			return notApplicable()
		}
		return check(r)
	}
}
