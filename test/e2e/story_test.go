package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/test/e2e/world"
)

// storyFile walks through a tenant's life with the requests and answers of a run.
const storyFile = "../../docs/tenants.md"

// story is a document that is told while a scenario runs.
type story struct{ text strings.Builder }

func (s *story) tell(lines ...string) {
	for _, line := range lines {
		s.text.WriteString(line + "\n")
	}
	s.text.WriteString("\n")
}

// exchange sends a request and tells it with its answer.
func (s *story) exchange(h harness, p world.Person, method, path, body string) answer {
	h.t.Helper()
	a := h.send(p, method, path, body)
	who := "an operator"
	if p.Tenant != "" {
		who = p.Tenant + "'s " + string(p.Role)
	}
	fmt.Fprintf(&s.text, "```\n%s %s        (%s)\n", method, path, who)
	if body != "" {
		s.text.WriteString(indented(body) + "\n")
	}
	fmt.Fprintf(&s.text, "\n%d\n", a.Status)
	if a.Body != "" {
		s.text.WriteString(indented(a.Body) + "\n")
	}
	s.text.WriteString("```\n\n")
	return a
}

// show tells of something as JSON.
func (s *story) show(h harness, v any) {
	h.t.Helper()
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		h.t.Fatal(err)
	}
	s.text.WriteString("```\n" + string(text) + "\n```\n\n")
}

func indented(text string) string {
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", "  "); err != nil {
		return text
	}
	return out.String()
}

// What differs from run to run, and what stands for it.
var differs = []struct {
	what *regexp.Regexp
	is   string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "019b0000-0000-7000-8000-000000000000"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "2026-01-02T03:04:05.678Z"},
	{regexp.MustCompile(`\b(flowops_dev_[a-z_]+)-[A-Za-z0-9]{10}`), "$1-a1B2c3D4e5"},
	{regexp.MustCompile(`"(apiKeyId|apiKey)": "[^"]*"`), `"$1": "..."`},
	{regexp.MustCompile(`API key [0-9a-f]{8}\b`), "API key ..."},
	{regexp.MustCompile(`http://127\.0\.0\.1:\d+/[^"]*`), "https://..."},
	{regexp.MustCompile(`"(relevanceScore|confidence)": 0\.\d+`), `"$1": 0.7`},
	{regexp.MustCompile(`"agentVersion": "[^"]*"`), `"agentVersion": "1"`},
}

// check compares the story with its file, which FLOWOPS_UPDATE=1 writes anew.
func (s *story) check(t *testing.T) {
	t.Helper()
	text := strings.TrimRight(s.text.String(), "\n") + "\n"
	for _, d := range differs {
		text = d.what.ReplaceAllString(text, d.is)
	}
	if os.Getenv("FLOWOPS_UPDATE") != "" {
		if err := os.WriteFile(storyFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(storyFile)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), text); d != "" {
		t.Errorf("%s is not what happens; \"make calls\" writes it anew (-want +got):\n%s", storyFile, d)
	}
}
