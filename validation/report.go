package validation

import (
	"encoding/json"
	"io"
)

// Class says where a finding comes from.
type Class string

// The classes.
const (
	Violation   Class = "violation"   // a rule is broken
	Unreadable  Class = "unknown"     // a rule can't tell; always a warning
	Failure     Class = "failure"     // a rule failed to run; always an error, and can't be suppressed
	Suppression Class = "suppression" // a suppression is malformed or unused
)

// Finding is something that a person has to look at.
type Finding struct {
	Rule     string   `json:"rule"`
	Class    Class    `json:"class"`
	Severity Severity `json:"severity"`
	Stack    string   `json:"stack"`
	// Path is the construct path, Address the Terraform address.
	Path    string `json:"path"`
	Address string `json:"address"`
	// Part is what a suppression may name after the rule id; often empty.
	Part   string `json:"part,omitempty"`
	Title  string `json:"title"`
	Reason string `json:"reason"`
	Fix    string `json:"fix"`
	// Suppressed findings carry the reason of their suppression and no longer
	// count as errors or warnings.
	Suppressed    bool   `json:"suppressed,omitempty"`
	Justification string `json:"justification,omitempty"`
}

// Count is what was judged in a stack. Each rule counts once for each resource
// that it judged, by its most serious verdict; Suppressed counts findings.
type Count struct {
	Stack         string `json:"stack"`
	Resources     int    `json:"resources"`
	Compliant     int    `json:"compliant"`
	NonCompliant  int    `json:"nonCompliant"`
	Unknown       int    `json:"unknown"`
	NotApplicable int    `json:"notApplicable"`
	Failed        int    `json:"failed"`
	Suppressed    int    `json:"suppressed"`
}

func (c *Count) add(v Verdict) {
	switch v {
	case NotApplicable:
		c.NotApplicable++
	case Compliant:
		c.Compliant++
	case Unknown:
		c.Unknown++
	case NonCompliant:
		c.NonCompliant++
	}
}

// Report is the outcome of a check.
type Report struct {
	Environment string `json:"environment"`
	// Stacks are sorted by name.
	Stacks []Count `json:"stacks"`
	// Findings are all findings, suppressed ones too, sorted by stack,
	// construct path, rule and part.
	Findings []Finding `json:"findings"`
}

// Errors are the findings that must stop a deployment.
func (r Report) Errors() []Finding {
	return r.filter(func(f Finding) bool { return !f.Suppressed && f.Severity == Error })
}

// Warnings are the findings that a person should look at.
func (r Report) Warnings() []Finding {
	return r.filter(func(f Finding) bool { return !f.Suppressed && f.Severity == Warning })
}

// Suppressed are the excused findings.
func (r Report) Suppressed() []Finding {
	return r.filter(func(f Finding) bool { return f.Suppressed })
}

func (r Report) filter(keep func(Finding) bool) []Finding {
	var out []Finding
	for _, f := range r.Findings {
		if keep(f) {
			out = append(out, f)
		}
	}
	return out
}

// JSON writes the report for machines. Equal reports give equal bytes.
func (r Report) JSON(w io.Writer) error {
	if r.Findings == nil {
		r.Findings = []Finding{}
	}
	if r.Stacks == nil {
		r.Stacks = []Count{}
	}
	return writeJSON(w, r)
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

func compareFindings(a, b Finding) int {
	return cmpStrings(a.Stack, b.Stack, a.Path, b.Path, a.Rule, b.Rule, a.Address, b.Address, a.Part, b.Part, a.Reason, b.Reason)
}
