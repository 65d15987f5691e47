package validation

import (
	"fmt"
	"slices"
	"strings"
)

// Check lets every rule judge every resource of its types in every stack.
func Check(stacks []*Stack, opts Options) Report { return check(Rules(), stacks, opts) }

func check(rules []Rule, stacks []*Stack, opts Options) Report {
	report := Report{Environment: opts.Environment}
	for _, stack := range stacks {
		e := engine{rules: rules, ctx: &Context{Stack: stack, Options: opts}}
		e.count = Count{Stack: stack.Name, Resources: len(stack.Resources)}
		for _, r := range stack.Resources {
			e.judge(r)
		}
		report.Findings = append(report.Findings, e.findings...)
		report.Stacks = append(report.Stacks, e.count)
	}
	slices.SortStableFunc(report.Findings, compareFindings)
	slices.SortStableFunc(report.Stacks, func(a, b Count) int { return strings.Compare(a.Stack, b.Stack) })
	return report
}

// engine judges one stack.
type engine struct {
	rules    []Rule
	ctx      *Context
	count    Count
	findings []Finding
}

// judge lets the rules judge one resource and settles its suppressions.
func (e *engine) judge(r Resource) {
	excuses := e.readExcuses(r)
	for _, rule := range e.rules {
		if rule.Check == nil || !slices.Contains(rule.Types, r.Type) && !slices.Contains(rule.Types, AnyType) {
			continue
		}
		results, failure := run(rule, e.ctx, r)
		if failure != "" {
			// Not to be excused: nobody knows what the rule would have said.
			excuses.touch(rule.ID)
			e.count.Failed++
			e.add(r, rule, Finding{Class: Failure, Severity: Error, Reason: failure})
			continue
		}
		e.count.add(verdictOf(results))
		for _, result := range results {
			e.settle(r, rule, result, excuses)
		}
	}
	for _, key := range excuses.unused() {
		e.add(r, suppressionUnused(), Finding{
			Class: Suppression, Severity: suppressionUnused().Severity, Part: key,
			Reason: fmt.Sprintf("the suppression of %s excuses nothing here", key),
		})
	}
}

// settle makes a result that asks for it into a finding, excused or not.
func (e *engine) settle(r Resource, rule Rule, result Result, excuses *excuses) {
	f := Finding{Part: result.Part, Reason: result.Reason}
	switch result.Verdict {
	case NonCompliant:
		f.Class, f.Severity = Violation, rule.Severity
	case Unknown:
		f.Class, f.Severity = Unreadable, Warning
	default:
		return
	}
	if reason, ok := excuses.find(rule.ID, result.Part); ok {
		f.Suppressed, f.Justification = true, reason
		e.count.Suppressed++
	}
	e.add(r, rule, f)
}

func (e *engine) add(r Resource, rule Rule, f Finding) {
	f.Rule, f.Title, f.Fix = rule.ID, rule.Title, rule.Fix
	f.Stack, f.Path, f.Address = e.ctx.Stack.Name, r.Path, r.Address()
	e.findings = append(e.findings, f)
}

// readExcuses returns the resource's suppressions that are well-formed and
// reports the others.
func (e *engine) readExcuses(r Resource) *excuses {
	malformed := func(key, reason string) {
		rule := suppressionMalformed()
		e.add(r, rule, Finding{Class: Suppression, Severity: rule.Severity, Part: key, Reason: reason})
	}
	if r.SuppressionErr != "" {
		malformed("", r.SuppressionErr)
	}
	x := &excuses{reasons: make(map[string]string), used: make(map[string]bool)}
	for _, key := range sortedKeys(r.Suppressions) {
		id, _ := splitSuppression(key)
		i := slices.IndexFunc(e.rules, func(rule Rule) bool { return rule.ID == id && rule.Check != nil })
		if i < 0 {
			malformed(key, fmt.Sprintf("the suppression names %q, which is no rule that can be suppressed", id))
			continue
		}
		if lack := checkReason(e.rules[i], r.Suppressions[key]); lack != "" {
			malformed(key, fmt.Sprintf("the suppression of %s: %s", key, lack))
			continue
		}
		x.reasons[key] = r.Suppressions[key]
	}
	return x
}

// excuses are the well-formed suppressions of a resource.
type excuses struct {
	reasons map[string]string
	used    map[string]bool
}

// find returns the reason that excuses a finding. The part's own suppression
// comes before that of the whole resource.
func (x *excuses) find(id, part string) (reason string, ok bool) {
	keys := []string{id}
	if part != "" {
		keys = []string{id + "/" + part, id}
	}
	for _, key := range keys {
		if reason, ok = x.reasons[key]; ok {
			x.used[key] = true
			return reason, true
		}
	}
	return "", false
}

// touch marks every suppression of a rule as used.
func (x *excuses) touch(id string) {
	for key := range x.reasons {
		if own, _ := splitSuppression(key); own == id {
			x.used[key] = true
		}
	}
}

func (x *excuses) unused() []string {
	var keys []string
	for _, key := range sortedKeys(x.reasons) {
		if !x.used[key] {
			keys = append(keys, key)
		}
	}
	return keys
}

// run asks a rule for its verdict. A panic or no answer is a failure of the
// rule.
func run(rule Rule, ctx *Context, r Resource) (results []Result, failure string) {
	defer func() {
		if p := recover(); p != nil {
			results, failure = nil, fmt.Sprintf("the rule %s failed to run: %v", rule.ID, p)
		}
	}()
	results = rule.Check(ctx, r)
	if len(results) == 0 {
		return nil, fmt.Sprintf("the rule %s gave no verdict", rule.ID)
	}
	return results, ""
}
