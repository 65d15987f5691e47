package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// events are lines of `go test -json`: "pkg action [test [output]]".
func events(lines ...string) string {
	var b strings.Builder
	for i, l := range lines {
		f := append(strings.SplitN(l, " ", 4), "", "")
		fmt.Fprintf(&b, `{"Time":"2026-01-02T03:04:%02dZ","Action":%q,"Package":%q,"Test":%q,"Output":%q}`+"\n", i, f[1], module+f[0], f[2], f[3])
	}
	return b.String()
}

const tap = `TAP version 13
# Subtest: a
ok 1 - a
ok 2 - b # SKIP no network here
1..2
# tests 13
# pass 12
# fail 0
# cancelled 0
# skipped 1
# duration_ms 2500.5
`

// whole is a report of each part that nothing is wrong with.
func whole() map[string]string {
	properties := []string{"test/properties start"}
	for _, n := range proofs["test/properties"].properties {
		properties = append(properties, fmt.Sprintf("test/properties pass TestProperty%02d_X", n))
	}
	properties = append(properties,
		"test/properties output TestProperty01_X     prove_test.go:3: figure: 100 cases", "test/properties output TestProperty02_X     prove_test.go:3: figure: 1500 cases",
		"test/properties output TestProperty01_X     prove_test.go:4: figure: 20 mutants", "test/properties output TestProperty01_X     prove_test.go:5: figure: 700 stacks",
		"test/properties pass")
	isolation := []string{
		"test/isolation pass TestProperty11_TenantIsolation", "test/isolation output TestM/a     mutants_test.go:9: figure: 1 mutants", "test/isolation pass TestM/a",
		"test/isolation output  figure: 84123 IAM decisions", "test/isolation pass",
	}
	terraform := []string{"test/terraform output TestX figure: 22 stacks", "test/terraform output TestX figure: 14 mutants", "test/terraform pass TestX", "test/terraform pass"}
	other := []string{
		"envs skip TestSlow", "test/keep skip", "envs pass",
	}
	other = append([]string{"envs output TestSlow     slow_test.go:3: makes it several times", "envs output TestSlow --- SKIP: TestSlow (0.00s)"}, other...)
	e2e := []string{"test/e2e pass TestPlatform/chat", "test/e2e pass TestPlatform/tickets", "test/e2e pass TestPlatform/tickets/second", "test/e2e pass TestPlatform", "test/e2e pass TestCalls", "test/e2e pass"}
	all := append(append(append(append([]string{}, properties...), isolation...), terraform...), other...)
	return map[string]string{"go.json": events(all...), "e2e.json": events(e2e...), "agent.tap": tap}
}

func summary(t *testing.T, reports map[string]string, parts ...string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range reports {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	err := summarize(&b, dir, parts)
	return b.String(), err
}

func TestAWholeRun(t *testing.T) {
	got, err := summary(t, whole(), "go", "e2e", "agent")
	if err != nil {
		t.Fatal(err)
	}
	want := `What ran:
  packages       5 (1 more have no tests)
  Go tests       23 passed, tests in tests included
  properties     16 of 16 ran and hold
  cases          1,600 generated
  mutants        35 made and found
  IAM decisions  84,123 evaluated
  Terraform      722 stacks accepted
  end to end     3 scenarios passed
  agent          12 tests passed
  skipped        2
    envs TestSlow: slow_test.go:3: makes it several times
    agent b: no network here
  time           go 34s, e2e 5s, agent 3s
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What is lost or wrong is said, and fails.
func TestGaps(t *testing.T) {
	for name, c := range map[string]struct {
		file, old, new string
		want           string
	}{
		"a failed test":                 {"go.json", events("envs pass"), events("envs fail TestA", "envs fail"), "envs TestA failed"},
		"a package that did not end":    {"go.json", `"Action":"pass","Package":"` + module + `envs"`, `"Action":"output","Package":"` + module + `envs"`, "envs did not come to its end"},
		"a package that did not run":    {"go.json", module + "test/terraform", module + "test/other", "test/terraform did not run"},
		"a figure that nobody reported": {"go.json", "figure: 84123 IAM", "84123 IAM", "test/isolation does not say how many IAM decisions it has"},
		"figures of nothing":            {"go.json", "figure: 700 stacks", "figure: 0 stacks", "test/properties does not say how many stacks it has"},
		"a property that is not there":  {"go.json", "TestProperty07_X", "TestMachines", "test/properties has no test of property 7 that passed"},
		"a property that was skipped":   {"go.json", `"Action":"pass","Package":"` + module + `test/isolation","Test":"TestProperty11_`, `"Action":"skip","Package":"` + module + `test/isolation","Test":"TestProperty11_`, "test/isolation has no test of property 11 that passed"},
		"a skip without a reason":       {"go.json", "slow_test.go:3: makes it several times", "", "envs TestSlow was skipped without a reason"},
		"a line that is no event":       {"e2e.json", `{"Time"`, "panic: {", "a line that is no event"},
		"no scenario":                   {"e2e.json", `"Action":"pass","Package":"` + module + `test/e2e","Test":"T`, `"Action":"run","Package":"` + module + `test/e2e","Test":"T`, "test/e2e ran no scenario"},
		"a report that ends early":      {"agent.tap", "# pass 12\n", "", "agent ends early"},
		"an agent's test that failed":   {"agent.tap", "ok 1 - a", "not ok 1 - a", "agent a failed"},
		"an agent without tests":        {"agent.tap", "# pass 12", "# pass 0", "no test of the agent passed"},
		"tests that were cancelled":     {"agent.tap", "# cancelled 0", "# cancelled 2", "agent: 2 tests failed"},
	} {
		t.Run(name, func(t *testing.T) {
			reports := whole()
			// The time of an event is of no matter here.
			old, changed := strings.TrimSpace(c.old), strings.TrimSpace(c.new)
			if i := strings.Index(old, `"Action"`); i > 0 {
				old, changed = old[i:], changed[strings.Index(changed, `"Action"`):]
			}
			if !strings.Contains(reports[c.file], old) {
				t.Fatalf("%s holds no %s", c.file, old)
			}
			reports[c.file] = strings.ReplaceAll(reports[c.file], old, changed)
			_, err := summary(t, reports, "go", "e2e", "agent")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v, want %q", err, c.want)
			}
		})
	}
	t.Run("a part without a report", func(t *testing.T) {
		reports := whole()
		delete(reports, "e2e.json")
		if _, err := summary(t, reports, "go", "e2e", "agent"); err == nil || !strings.Contains(err.Error(), "e2e left no report") {
			t.Errorf("it says %v", err)
		}
	})
	t.Run("a part that there is not", func(t *testing.T) {
		if _, err := summary(t, whole(), "voice"); err == nil || !strings.Contains(err.Error(), "no part voice") {
			t.Errorf("it says %v", err)
		}
	})
	t.Run("no part", func(t *testing.T) {
		if _, err := summary(t, whole()); err == nil {
			t.Error("it says nothing")
		}
	})
}
