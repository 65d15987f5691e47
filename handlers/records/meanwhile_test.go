package main

import (
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

// Between a request's reading and its writing another one writes.

func TestMeanwhileTheTicketChanged(t *testing.T) {
	h := newHarness(t)
	id := h.ticket(call{})
	patch := func(body string) call { return call{method: "PATCH", route: "/tickets/{id}", id: id, body: body} }
	h.cloud.Meanwhile("TransactWriteItems", func() { h.do(patch(`{"version":1,"assignedTo":"other"}`), 200) })
	if p := h.do(patch(`{"version":1,"assignedTo":"mine"}`), 409); p["currentVersion"] != 2.0 {
		t.Errorf("%v", p)
	}
	if got := h.do(call{method: "GET", route: "/tickets/{id}", id: id}, 200); got["assignedTo"] != "other" || got["version"] != 2.0 {
		t.Errorf("%v", got)
	}
}

func TestMeanwhileTheSameRequestCame(t *testing.T) {
	h := newHarness(t)
	c := call{method: "POST", route: "/tickets", body: ticketBody, key: "k"}
	var first map[string]any
	h.cloud.Meanwhile("TransactWriteItems", func() { first = h.do(c, 201) })
	if d := cmp.Diff(first, h.do(c, 201)); first == nil || d != "" {
		t.Error(d)
	}
	if n := len(items(h.do(call{method: "GET", route: "/tickets"}, 200), "ticketId")); n != 1 {
		t.Errorf("%d tickets", n)
	}
	h.cloud.Meanwhile("TransactWriteItems", func() { h.ticket(call{key: "other"}) })
	h.do(call{method: "POST", route: "/tickets", key: "other", body: strings.Replace(ticketBody, "high", "low", 1)}, 422)

	id := first["ticketId"].(string)
	patch := call{method: "PATCH", route: "/tickets/{id}", id: id, key: "p", body: `{"version":1,"severity":1}`}
	h.cloud.Meanwhile("TransactWriteItems", func() { h.do(patch, 200) })
	if got := h.do(patch, 200); got["version"] != 2.0 { // both conditions fail: the same request is no conflict
		t.Errorf("%v", got)
	}
}

func TestMeanwhileTheDocumentChanged(t *testing.T) {
	h := newHarness(t)
	id := h.document(call{})
	next := call{method: "POST", route: "/documents", body: strings.TrimSuffix(documentBody, "}") + `,"documentId":"` + id + `"}`}
	h.cloud.Meanwhile("TransactWriteItems", func() { h.do(next, 201) })
	if p := h.do(next, 409); p["currentVersion"] != 2.0 {
		t.Errorf("%v", p)
	}
	h.cloud.Meanwhile("DeleteItem", func() { h.do(next, 201) })
	if p := h.do(call{method: "DELETE", route: "/documents/{id}", id: id}, 409); p["currentVersion"] != 3.0 {
		t.Errorf("a version that came meanwhile was removed: %v", p)
	}
	h.do(call{method: "DELETE", route: "/documents/{id}", id: id}, 204)

	id = h.document(call{})
	h.await(id, 1, "token-1")
	h.cloud.Meanwhile("TransactWriteItems", func() { h.do(approval(id, "rejected"), 200) })
	h.do(approval(id, "approved"), 409)
	if len(h.cloud.Successes) != 1 || h.cloud.Successes[0].Content != `{"approved":false}` {
		t.Errorf("sent %v", h.cloud.Successes)
	}
	id = h.document(call{})
	h.await(id, 1, "token-2")
	h.cloud.Meanwhile("TransactWriteItems", func() { h.await(id, 1, "token-3") }) // ingestion began anew
	h.do(approval(id, "approved"), 409)
	if len(h.cloud.Successes) != 1 {
		t.Errorf("sent %v", h.cloud.Successes)
	}
}

// The ingestion's wait begins anew, with another token, while a decision is sent
// with the one before: the decision ends the new wait.
func TestMeanwhileTheWaitBeganAnew(t *testing.T) {
	for name, sends := range map[string]bool{"once": true, "and ended": false} {
		h := newHarness(t)
		id := h.document(call{})
		h.await(id, 1, "token-1")
		h.cloud.EndWait("token-1")
		h.cloud.Meanwhile("TransactWriteItems", func() { // of the decision
			h.cloud.Meanwhile("TransactWriteItems", func() { // of its withdrawal
				h.await(id, 1, "token-2")
				if !sends {
					h.cloud.EndWait("token-2")
				}
			})
		})
		if d := h.do(approval(id, "approved"), 200); d["status"] != "approved" {
			t.Errorf("%s: %v", name, d)
		}
		want := []fakeaws.Sent{{Token: "token-2", Content: `{"approved":true}`}}
		if !sends {
			want = nil
		}
		if diff := cmp.Diff(want, h.cloud.Successes); diff != "" || len(h.cloud.Events) != 1 {
			t.Errorf("%s: %s, told %v", name, diff, h.cloud.Events)
		}
		for _, i := range h.cloud.Items("metadata") {
			if i["taskToken"] != nil {
				t.Errorf("%s: the token stays", name)
			}
		}
	}
}

// Once ingestion took up an upload, who decides reads that one and no later one.
func TestDownloadIsWhatIsDecidedOn(t *testing.T) {
	h := newHarness(t)
	id := h.document(call{})
	key := "tenants/acme/documents/" + id
	first := h.cloud.UploadBody(key, []byte("a"), nil)
	second := h.cloud.UploadBody(key, []byte("b"), nil)
	for object, want := range map[string]string{"": second, first: first, "gone": ""} {
		for _, i := range h.cloud.Items("metadata") {
			claimed := maps.Clone(i)
			claimed["objectVersion"] = &types.AttributeValueMemberS{Value: object}
			h.cloud.Put("metadata", claimed)
		}
		download, _ := h.do(call{method: "GET", route: "/documents/{id}", id: id}, 200)["download"].(map[string]any)
		url, _ := download["url"].(string)
		if want == "" && url != "" || !strings.Contains(url, "versionId="+want) && want != "" {
			t.Errorf("of %q: %s", object, url)
		}
	}
}
