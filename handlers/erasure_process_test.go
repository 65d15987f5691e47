package handlers_test

import (
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
)

// TestErasureProcess runs the compiled data-erasure function with the SDK's own
// clients, against an endpoint that answers as STS, DynamoDB and S3 do.
func TestErasureProcess(t *testing.T) {
	binary := compile(t, contract.DataErasure)
	const operation = "019b0000-0000-7000-8000-000000000001"
	record := func(state string) string {
		return `{"Item":{"tenantId":{"S":"acme"},"state":{"S":"` + state + `"},"step":{"S":"erase"},"reason":{"S":""},"updatedAt":{"S":"2026-01-02T03:04:05.678Z"},
			"operation":{"S":"` + operation + `"},"report":{"M":{"Data":{"S":"erase"}}}}}`
	}
	event := []byte(`{"step":"verify","tenantId":"acme","operation":"` + operation + `","progress":{"found":1}}`)
	w := &wire{answers: map[string]string{
		"DynamoDB_20120810.GetItem": record("erasing"), "DynamoDB_20120810.PutItem": `{}`, "DynamoDB_20120810.Query": `{"Items":[]}`,
		"GET /test-DOCUMENTS_BUCKET": `<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated></ListVersionsResult>`,
	}}
	if got := invokeWired(t, contract.DataErasure, binary, w, event); got.outcome != "response" || string(got.body) != `{"done":true,"progress":{"found":1}}` {
		t.Errorf("%s %s", got.outcome, got.body)
	}
	for name, words := range map[string][]string{
		"DynamoDB_20120810.Query":   {"TENANT#acme", `"ConsistentRead":true`, `"ProjectionExpression"`},
		"DynamoDB_20120810.PutItem": {`"step":{"S":"verify"}`, `"ConditionExpression"`},
	} {
		for _, c := range w.saw(t, name) {
			for _, word := range words {
				if !strings.Contains(c.body, word) || c.key != "ASIAOFTHETENANT" {
					t.Errorf("%s lacks %s, or is signed by %s: %s", name, word, c.key, c.body)
				}
			}
		}
	}
	if c := w.saw(t, "GET /test-DOCUMENTS_BUCKET")[0]; c.key != "ASIAOFTHETENANT" {
		t.Errorf("the list is signed by %s", c.key)
	}
	// A tenant that nobody offboarded is left alone.
	w = &wire{answers: map[string]string{"DynamoDB_20120810.GetItem": record("ready")}}
	if got := invokeWired(t, contract.DataErasure, binary, w, event); got.outcome != "error" || !strings.Contains(string(got.body), `"errorType":"NotOffboardedError"`) {
		t.Errorf("%s %s", got.outcome, got.body)
	}
}
