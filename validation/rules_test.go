package validation

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// attrs are the attributes of a resource, or of a block.
type attrs = map[string]any

// doc is a stack: attributes by address. The resource called "x" is judged.
type doc map[string]attrs

// ruleCase tells what one rule says of one document.
type ruleCase struct {
	rule, name string
	doc        doc
	want       Verdict
	opts       Options
}

func (c ruleCase) stack(t testing.TB) *Stack { return stackOf(t, "stack", c.doc) }

// stackOf makes a stack by way of its JSON, as the synth does.
func stackOf(t testing.TB, name string, d doc) *Stack {
	t.Helper()
	resources, providers := map[string]attrs{}, []any{}
	for address, attributes := range d {
		typ, id, _ := strings.Cut(address, ".")
		if typ == "provider" {
			providers = append(providers, attributes)
			continue
		}
		if resources[typ] == nil {
			resources[typ] = attrs{}
		}
		resources[typ][id] = attributes
	}
	text, err := json.Marshal(attrs{"resource": resources, "provider": attrs{"aws": providers}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *Stack) target(t testing.TB) Resource {
	t.Helper()
	for _, r := range s.Resources {
		if r.Name == "x" || r.Type == ProviderType {
			return r
		}
	}
	t.Fatal("no resource is called x")
	return Resource{}
}

func allCases() []ruleCase {
	return slices.Concat(
		kmsCases(), kmsKeyCases(), tagCases(), tlsCases(), s3Cases(), iamCases(), iamTenantCases(), iamIdentityCases(), logCases(),
		fnCases(), apiCases(), firewallCases(), bakCases(), netCases(),
	)
}

func ruleByID(t testing.TB, id string) Rule {
	t.Helper()
	for _, rule := range Rules() {
		if rule.ID == id {
			return rule
		}
	}
	t.Fatalf("no rule %s", id)
	return Rule{}
}

func TestRules(t *testing.T) {
	for _, c := range allCases() {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			rule, stack := ruleByID(t, c.rule), c.stack(t)
			r := stack.target(t)
			if !slices.Contains(rule.Types, r.Type) && !slices.Contains(rule.Types, AnyType) {
				t.Fatalf("%s does not judge %s", rule.ID, r.Type)
			}
			results := rule.Check(&Context{Stack: stack, Options: c.opts}, r)
			if got := verdictOf(results); got != c.want || len(results) == 0 {
				t.Errorf("%s, want %s: %+v", got, c.want, results)
			}
			for _, result := range results {
				if result.Verdict > Compliant && result.Reason == "" {
					t.Errorf("%s without a reason", result.Verdict)
				}
			}
		})
	}
}

func TestRuleTexts(t *testing.T) {
	pattern := regexp.MustCompile(`^FO-[A-Z0-9]+-\d{3}$`)
	for _, rule := range Rules() {
		if !pattern.MatchString(rule.ID) {
			t.Errorf("id %q does not match %s", rule.ID, pattern)
		}
		if families()[rule.family()] == "" {
			t.Errorf("%s: family %s has no heading", rule.ID, rule.family())
		}
		for name, text := range map[string]string{"title": rule.Title, "why": rule.Why, "fix": rule.Fix} {
			if text == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: %s is %q", rule.ID, name, text)
			}
		}
		if strings.HasSuffix(rule.Title, ".") || !strings.HasSuffix(rule.Why, ".") || !strings.HasSuffix(strings.TrimSuffix(rule.Fix, ")"), ".") {
			t.Errorf("%s: a title has no full stop, why and fix end in one", rule.ID)
		}
		if rule.Severity != Error && rule.Severity != Warning {
			t.Errorf("%s: severity is %q", rule.ID, rule.Severity)
		}
		if len(rule.Types) == 0 {
			t.Errorf("%s judges no type", rule.ID)
		}
	}
}

// TestRuleIDs pins the rules: to add or lose one is a visible change.
func TestRuleIDs(t *testing.T) {
	var got []string
	for _, rule := range Rules() {
		got = append(got, rule.ID)
	}
	var want []string
	for _, family := range []struct {
		name  string
		count int
	}{{"API", 12}, {"BAK", 6}, {"FN", 11}, {"IAM", 24}, {"KMS", 21}, {"LOG", 14}, {"NET", 7}, {"S3", 7}, {"SUP", 2}, {"TAG", 3}, {"TLS", 8}} {
		for i := range family.count {
			want = append(want, fmt.Sprintf("FO-%s-%03d", family.name, i+1))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

// TestOneRulePerFile holds the house rule that a file shows one rule.
func TestOneRulePerFile(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`ID:\s+"FO-([A-Z0-9]+)-\d{3}"`)
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ids := id.FindAllStringSubmatch(string(source), -1)
		found += len(ids)
		if len(ids) > 1 {
			t.Errorf("%s holds %d rules, want one", file, len(ids))
		}
		if len(ids) == 1 && ids[0][1] != "SUP" && !strings.HasPrefix(file, strings.ToLower(ids[0][1])+"_") {
			t.Errorf("%s holds a rule of the family %s", file, ids[0][1])
		}
	}
	if want := len(Rules()); found != want {
		t.Errorf("%d rules in files, %d in Rules()", found, want)
	}
}

// TestNoRulePanics gives every rule documents that are wrong in every place:
// each value of each case is replaced in turn.
func TestNoRulePanics(t *testing.T) {
	replacements := []any{nil, "", "${var.x}", "$${x}", 7.0, true, []any{}, []any{nil}, []any{"a", 1.0}, attrs{}, attrs{"a": nil}}
	for _, c := range allCases() {
		rule := ruleByID(t, c.rule)
		for _, replacement := range replacements {
			mutate(c.doc, replacement, func() {
				stack := c.stack(t)
				for _, r := range stack.Resources {
					if _, failure := run(rule, &Context{Stack: stack, Options: c.opts}, r); failure != "" && slices.Contains(rule.Types, r.Type) {
						t.Errorf("%s/%s with %v: %s", c.rule, c.name, replacement, failure)
					}
				}
			})
		}
	}
}

// mutate calls try once for each value of the document, replaced.
func mutate(d doc, replacement any, try func()) {
	var walk func(m attrs)
	walk = func(m attrs) {
		for _, key := range sortedKeys(m) {
			old := m[key]
			m[key] = replacement
			try()
			m[key] = old
			if inner, ok := old.(attrs); ok {
				walk(inner)
			}
		}
	}
	for _, address := range sortedKeys(d) {
		walk(d[address])
	}
}

// policyDoc is the text of a policy as a stack writes it.
func policyDoc(statements ...attrs) string {
	text, err := json.Marshal(attrs{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// with returns a copy of the attributes with some changed; nil removes one.
func with(base attrs, changes attrs) attrs {
	out := attrs{}
	for _, m := range []attrs{base, changes} {
		for key, value := range m {
			out[key] = value
			if value == nil {
				delete(out, key)
			}
		}
	}
	return out
}
