package validation

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const reason = "The queue holds only heartbeat messages of the test rig"

// colours is a rule for the engine's tests: a thing is red (bad), green,
// unknown, or has parts.
func colours() Rule {
	return Rule{
		ID: "FO-X-001", Title: "Things are green", Why: "w.", Fix: "Paint it.", Severity: Error, Types: []string{"a_thing"},
		Check: func(_ *Context, r Resource) []Result {
			switch colour, known := r.Get("colour").Text(); {
			case !known:
				return unknown("colour is %s", r.Get("colour"))
			case colour == "red":
				return nonCompliant("colour is red")
			case colour == "parts":
				return []Result{{NonCompliant, "left is red", "left"}, {NonCompliant, "right is red", "right"}}
			case colour == "panic":
				panic("no paint")
			case colour == "silent":
				return nil
			}
			return compliant()
		},
	}
}

func thing(colour string, suppress any) attrs {
	comment := attrs{"metadata": attrs{"path": "s/thing"}}
	if suppress != nil {
		comment["suppress"] = suppress
	}
	return attrs{"//": comment, "colour": colour}
}

// brief is what the tests compare of a finding.
type brief struct {
	Rule       string
	Class      Class
	Severity   Severity
	Part       string
	Suppressed bool
}

func briefs(findings []Finding) []brief {
	var out []brief
	for _, f := range findings {
		out = append(out, brief{f.Rule, f.Class, f.Severity, f.Part, f.Suppressed})
	}
	return out
}

func TestEngine(t *testing.T) {
	violation := brief{"FO-X-001", Violation, Error, "", false}
	excused := brief{"FO-X-001", Violation, Error, "", true}
	malformed := func(part string) brief { return brief{"FO-SUP-001", Suppression, Error, part, false} }
	unused := func(part string) brief { return brief{"FO-SUP-002", Suppression, Warning, part, false} }
	for _, c := range []struct {
		name, colour string
		suppress     any
		want         []brief
	}{
		{"good", "green", nil, nil},
		{"bad", "red", nil, []brief{violation}},
		{"unknown is a warning", "${var.c}", nil, []brief{{"FO-X-001", Unreadable, Warning, "", false}}},
		{"panic", "panic", nil, []brief{{"FO-X-001", Failure, Error, "", false}}},
		{"no verdict", "silent", nil, []brief{{"FO-X-001", Failure, Error, "", false}}},
		{"suppressed", "red", attrs{"FO-X-001": reason}, []brief{excused}},
		{"suppressed unknown", "${var.c}", attrs{"FO-X-001": reason}, []brief{{"FO-X-001", Unreadable, Warning, "", true}}},
		{"a failure can't be suppressed", "panic", attrs{"FO-X-001": reason}, []brief{{"FO-X-001", Failure, Error, "", false}}},
		{"unused", "green", attrs{"FO-X-001": reason}, []brief{unused("FO-X-001")}},
		{"unknown rule", "red", attrs{"FO-X-999": reason}, []brief{malformed("FO-X-999"), violation}},
		{"rule of the engine", "red", attrs{"FO-SUP-002": reason}, []brief{malformed("FO-SUP-002"), violation}},
		{"short reason", "red", attrs{"FO-X-001": "it is fine"}, []brief{malformed("FO-X-001"), violation}},
		{"one word", "red", attrs{"FO-X-001": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, []brief{malformed("FO-X-001"), violation}},
		{"the rule's own words", "red", attrs{"FO-X-001": "fo-x-001: things are GREEN, so leave it"}, []brief{malformed("FO-X-001"), violation}},
		{"a list", "red", []any{attrs{"rule": "FO-X-001", "reason": reason}}, []brief{malformed(""), violation}},
		{"a reason that is no text", "red", attrs{"FO-X-001": true}, []brief{malformed(""), violation}},
		{"whole", "parts", attrs{"FO-X-001": reason}, []brief{
			{"FO-X-001", Violation, Error, "left", true}, {"FO-X-001", Violation, Error, "right", true}}},
		{"one part", "parts", attrs{"FO-X-001/left": reason}, []brief{
			{"FO-X-001", Violation, Error, "left", true}, {"FO-X-001", Violation, Error, "right", false}}},
		{"both ways", "parts", attrs{"FO-X-001/left": reason, "FO-X-001": reason}, []brief{
			{"FO-X-001", Violation, Error, "left", true}, {"FO-X-001", Violation, Error, "right", true}}},
		{"part that is not there", "red", attrs{"FO-X-001/top": reason}, []brief{unused("FO-X-001/top"), violation}},
	} {
		t.Run(c.name, func(t *testing.T) {
			stack := stackOf(t, "s", doc{"a_thing.x": thing(c.colour, c.suppress)})
			report := check([]Rule{colours(), suppressionMalformed(), suppressionUnused()}, []*Stack{stack}, Options{})
			if diff := cmp.Diff(c.want, briefs(report.Findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, f := range report.Findings {
				if f.Path != "s/thing" || f.Address != "a_thing.x" || f.Stack != "s" || f.Reason == "" || f.Fix == "" || f.Title == "" {
					t.Errorf("incomplete: %+v", f)
				}
				if f.Suppressed != (f.Justification != "") {
					t.Errorf("suppressed without its reason: %+v", f)
				}
			}
		})
	}
}

func TestAFailureNamesTheRule(t *testing.T) {
	report := check([]Rule{colours()}, []*Stack{stackOf(t, "s", doc{"a_thing.x": thing("panic", nil)})}, Options{})
	if f := report.Findings[0]; !strings.Contains(f.Reason, "FO-X-001") || !strings.Contains(f.Reason, "no paint") {
		t.Errorf("reason %q", f.Reason)
	}
	if report.Stacks[0].Failed != 1 || len(report.Errors()) != 1 {
		t.Errorf("%+v", report.Stacks[0])
	}
}

// things are two stacks with one finding of each kind.
func things(t *testing.T) []*Stack {
	return []*Stack{
		stackOf(t, "b", doc{"a_thing.red": thing("red", nil), "a_thing.green": thing("green", nil), "b_thing.other": {}}),
		stackOf(t, "a", doc{"a_thing.var": thing("${var.c}", nil), "a_thing.ok": thing("red", attrs{"FO-X-001": reason}), "a_thing.green": thing("green", attrs{"FO-X-001": reason})}),
	}
}

func TestReportCountsAndSorts(t *testing.T) {
	rules := []Rule{colours()}
	report := check(rules, things(t), Options{Environment: "dev"})
	want := []Count{
		{Stack: "a", Resources: 3, Compliant: 1, NonCompliant: 1, Unknown: 1, Suppressed: 1},
		{Stack: "b", Resources: 3, Compliant: 1, NonCompliant: 1},
	}
	if diff := cmp.Diff(want, report.Stacks); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	var order []string
	for _, f := range report.Findings {
		order = append(order, f.Stack+" "+f.Path+" "+f.Rule)
	}
	if !slices.IsSorted(order) || len(order) != 4 {
		t.Errorf("order %q", order)
	}
	if e, w, s := len(report.Errors()), len(report.Warnings()), len(report.Suppressed()); e != 1 || w != 2 || s != 1 {
		t.Errorf("%d errors, %d warnings, %d suppressed", e, w, s)
	}
}

func TestReportsAreDeterministic(t *testing.T) {
	var first string
	for i := range 20 {
		stacks := things(t)
		if i%2 == 1 {
			slices.Reverse(stacks)
		}
		report := check([]Rule{colours()}, stacks, Options{Environment: "dev"})
		var b bytes.Buffer
		if err := report.JSON(&b); err != nil {
			t.Fatal(err)
		}
		if err := report.SARIF(&b); err != nil {
			t.Fatal(err)
		}
		if err := report.Table(&b); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = b.String()
		}
		if diff := cmp.Diff(first, b.String()); diff != "" {
			t.Fatalf("run %d differs:\n%s", i, diff)
		}
	}
}

// TestCheckUsesEveryRule lets the real rules judge a stack with one bad bucket.
func TestCheckUsesEveryRule(t *testing.T) {
	report := Check([]*Stack{stackOf(t, "data", doc{"aws_s3_bucket.x": {"force_destroy": true}})}, Options{Environment: "prod", Protected: true})
	var ids []string
	for _, f := range report.Errors() {
		ids = append(ids, f.Rule)
	}
	want := []string{"FO-BAK-004", "FO-KMS-001", "FO-S3-001", "FO-S3-002", "FO-S3-003", "FO-S3-004", "FO-S3-005", "FO-TAG-001", "FO-TLS-001", "FO-TLS-002"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}
