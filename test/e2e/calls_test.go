package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/test/e2e/local"
)

// callsFile holds what the functions were seen to call: the proofs of isolation
// check it against the policies.
const callsFile = "calls.json"

// checkCalls compares the calls of all scenarios with the file, which
// FLOWOPS_UPDATE=1 writes anew.
func checkCalls(t *testing.T, h harness) {
	t.Helper()
	got := local.Uses(h.Gateway.Recorder().Calls(), h.Config.Name(""), []string{"acme", "acme2", "globex", "initech", "umbrella"})
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(got); err != nil {
		t.Fatal(err)
	}
	text := out.Bytes()
	if os.Getenv("FLOWOPS_UPDATE") != "" {
		if err := os.WriteFile(callsFile, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(callsFile)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(text)); d != "" {
		t.Errorf("the functions call something else than %s says; \"make calls\" accepts it (-want +got):\n%s", callsFile, d)
	}
}
