package handlers_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
)

// TestSafeActionsProcess runs the compiled function with the SDK's own clients,
// against an endpoint that answers as STS, DynamoDB and EventBridge do.
func TestSafeActionsProcess(t *testing.T) {
	event, err := os.ReadFile("safeactions/testdata/rest-post-action.json")
	if err != nil {
		t.Fatal(err)
	}
	binary := compile(t, contract.SafeActions)
	const id = "018d26f8-8f66-7a10-9c3e-5b1d2f3a4c5d"
	chain := func(steps ...string) string {
		var items []string
		for _, step := range steps {
			items = append(items, `{"tenantId":{"S":"acme"},"actionId":{"S":"`+id+`"},"type":{"S":"create_ticket"},"by":{"S":"agent"},"step":{"S":"`+step+`"},
				"ticketId":{"S":"ticket-1"},"input":{"S":"{\"subject\":\"s\",\"description\":\"d\",\"priority\":\"low\"}"}}`)
		}
		return `{"Items":[` + strings.Join(items, ",") + `]}`
	}
	answers := func(chain string) map[string]string {
		return map[string]string{
			"DynamoDB_20120810.GetItem":            `{"Item":{"agentId":{"S":"default"},"apiKeyId":{"S":"x1y2z3"},"state":{"S":"ready"}}}`,
			"DynamoDB_20120810.Query":              chain,
			"DynamoDB_20120810.PutItem":            `{}`,
			"DynamoDB_20120810.TransactWriteItems": `{}`,
			"AWSEvents.PutEvents":                  `{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}`,
		}
	}
	ask := func(t *testing.T, w *wire) (int, map[string]any) {
		t.Helper()
		got := invokeWired(t, contract.SafeActions, binary, w, event)
		var response struct {
			StatusCode int
			Body       string
		}
		if err := json.Unmarshal(got.body, &response); err != nil || got.outcome != "response" {
			t.Fatalf("%s: %s", got.outcome, got.body)
		}
		var body map[string]any
		if err := json.Unmarshal([]byte(response.Body), &body); err != nil {
			t.Fatalf("%v: %s", err, response.Body)
		}
		return response.StatusCode, body
	}

	t.Run("an action that is years old has expired", func(t *testing.T) {
		w := &wire{answers: answers(chain("requested"))}
		if status, body := ask(t, w); status != 409 || !strings.Contains(body["detail"].(string), "expired") {
			t.Errorf("%d %v", status, body)
		}
		put := w.saw(t, "DynamoDB_20120810.PutItem")[0]
		if !strings.Contains(put.body, `{"S":"TENANT#acme"}`) || !strings.Contains(put.body, id+".2-decision") || !strings.Contains(put.body, "attribute_not_exists") || put.key != "ASIAOFTHETENANT" {
			t.Errorf("%+v", put)
		}
	})
	t.Run("a confirmation that broke off goes on", func(t *testing.T) {
		w := &wire{answers: answers(chain("requested", "confirmed"))}
		status, body := ask(t, w)
		if status != 200 || body["step"] != "executed" || body["actionId"] != id {
			t.Errorf("%d %v", status, body)
		}
		write := w.saw(t, "DynamoDB_20120810.TransactWriteItems")[0]
		for _, want := range []string{`"TableName":"test-AUDIT_TABLE"`, `"TableName":"test-TICKETS_TABLE"`, id + ".3-outcome", "TICKET#", `"ClientRequestToken"`} {
			if !strings.Contains(write.body, want) {
				t.Errorf("the transaction has no %s: %s", want, write.body)
			}
		}
		if events := w.saw(t, "AWSEvents.PutEvents"); len(events) != 2 || events[0].key != "ASIAOFTHEFUNCTION" || !strings.Contains(events[1].body, "ActionExecuted") {
			t.Errorf("%+v", events)
		}
		if told := w.saw(t, "DynamoDB_20120810.PutItem"); len(told) != 1 || !strings.Contains(told[0].body, id+".4-told") {
			t.Errorf("%+v", told)
		}
	})
}
