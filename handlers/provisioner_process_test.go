package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

// TestProvisionerProcess runs the compiled agent-provisioner with the SDK's own
// clients: an operator, whose token has no tenant, reaches the tenant that the
// path names, with that tenant's tag.
func TestProvisionerProcess(t *testing.T) {
	binary := compile(t, contract.AgentProvisioner)
	ask := func(t *testing.T, file, endpoint, tenant string) recordsAnswer {
		t.Helper()
		text, err := os.ReadFile("agentprovisioner/testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if tenant != "" {
			text = []byte(strings.Replace(string(text), `"cognito:groups"`, `"custom:tenant_id": "`+tenant+`", "cognito:groups"`, 1))
		}
		env := handlertest.Environment(contract.AgentProvisioner)
		reach(env, endpoint)
		got := invoke(t, binary, env, text)
		var answer recordsAnswer
		if err := json.Unmarshal(got.body, &answer); err != nil || got.outcome != "response" {
			t.Fatalf("%s: %s", got.outcome, got.body)
		}
		return answer
	}
	t.Run("shows an operator the tenant", func(t *testing.T) {
		wire := &awsWire{}
		server := httptest.NewServer(wire)
		defer server.Close()
		got := ask(t, "rest-get-agent.json", server.URL, "")
		if got.StatusCode != http.StatusOK || !strings.Contains(got.Body, `"state":"ready"`) || strings.Contains(got.Body, "holder") {
			t.Errorf("%+v", got)
		}
		if wire.form.Get("Tags.member.1.Value") != "acme" || wire.form.Get("TransitiveTagKeys.member.1") != contract.TenantTag || wire.form.Get("RoleSessionName") != "agent-provisioner@acme" {
			t.Errorf("AssumeRole: %v", wire.form)
		}
	})
	for _, file := range []string{"rest-get-agent.json", "rest-post-agent.json", "rest-delete-agent.json"} {
		t.Run("refuses an operator with a tenant, "+file, func(t *testing.T) {
			if got := ask(t, file, "http://127.0.0.1:1", "acme"); got.StatusCode != http.StatusForbidden {
				t.Errorf("%+v", got)
			}
		})
	}
}
