package main

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

const documentBody = `{"title":"Guide \"A\" ü","contentType":"application/pdf","contentLength":18342}`

// document makes a document and returns its id.
func (h *harness) document(c call) string {
	h.t.Helper()
	c.method, c.route = "POST", "/documents"
	if c.body == "" {
		c.body = documentBody
	}
	return h.do(c, 201)["document"].(map[string]any)["documentId"].(string)
}

// await puts the task token of a wait into a version's item, as ingestion does.
func (h *harness) await(id string, version int, token string) {
	h.t.Helper()
	for _, i := range h.cloud.Items("metadata") {
		if i["SK"].(*types.AttributeValueMemberS).Value == fmt.Sprintf("DOC#%s#V#%08d", id, version) {
			waiting := maps.Clone(i)
			waiting["taskToken"] = &types.AttributeValueMemberS{Value: token}
			h.cloud.Put("metadata", waiting)
			return
		}
	}
	h.t.Fatalf("no version %d of %s", version, id)
}

// message puts a message, as chat does.
func (h *harness) message(tenant, conversation, id, ticket, content string) {
	h.t.Helper()
	m := contract.Message{TenantID: tenant, ConversationID: conversation, MessageID: id, TicketID: ticket, Role: "user", Content: content, Timestamp: "2026-01-02T03:04:05." + id[2:] + "Z"}
	item, err := attributevalue.MarshalMap(m)
	if err != nil {
		h.t.Fatal(err)
	}
	set := func(name, value string) { item[name] = &types.AttributeValueMemberS{Value: value} }
	set("PK", "TENANT#"+tenant)
	set("SK", "CONV#"+conversation+"#MSG#"+id)
	if ticket != "" {
		set("GSI1PK", "TENANT#"+tenant+"#TICKET#"+ticket)
		set("GSI1SK", "CREATED#"+m.Timestamp)
	}
	h.cloud.Put("conversations", item)
}

func TestCreateDocument(t *testing.T) {
	h := newHarness(t)
	c := call{method: "POST", route: "/documents", body: documentBody, key: "k"}
	body, response := h.answer(c, 201)
	d, upload := body["document"].(map[string]any), body["upload"].(map[string]any)
	id := d["documentId"].(string)
	want := map[string]any{
		"documentId": id, "title": "Guide \"A\" ü", "contentType": "application/pdf", "contentLength": 18342.0, "status": "pending", "version": 1.0,
		"chunkCount": 0.0, "embeddingStatus": "pending", "createdAt": d["createdAt"], "updatedAt": d["createdAt"],
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
	if response.Headers["Location"] != "/documents/"+id {
		t.Errorf("location %s", response.Headers["Location"])
	}
	u, err := url.Parse(upload["url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if upload["method"] != "PUT" || u.Host != "documents-bucket.s3.us-east-1.amazonaws.com" || u.Path != "/tenants/acme/documents/"+id {
		t.Errorf("upload %v", upload)
	}
	q := u.Query()
	if q.Get("X-Amz-Expires") != "900" || q.Get("X-Amz-SignedHeaders") != "content-length;content-type;host;x-amz-meta-document-version" || !strings.Contains(q.Get("X-Amz-Credential"), "ASIA") {
		t.Errorf("signed %v", q)
	}
	for name := range q {
		if strings.Contains(strings.ToLower(name), "checksum") || strings.Contains(strings.ToLower(name), "encryption") {
			t.Errorf("%s is signed: S3 would refuse the content", name)
		}
	}
	headers := map[string]any{"Content-Length": "18342", "Content-Type": "application/pdf", "X-Amz-Meta-Document-Version": "1"}
	if diff := cmp.Diff(headers, upload["headers"]); diff != "" {
		t.Error(diff)
	}
	again := h.do(c, 201)
	if diff := cmp.Diff(d, again["document"]); diff != "" || !strings.Contains(fmt.Sprint(again["upload"]), "/tenants/acme/documents/"+id) {
		t.Errorf("again: %s %v", diff, again["upload"])
	}
	// The next version.
	next := h.do(call{method: "POST", route: "/documents", body: strings.TrimSuffix(documentBody, "}") + `,"documentId":"` + id + `"}`}, 201)
	v2 := next["document"].(map[string]any)
	if v2["version"] != 2.0 || v2["documentId"] != id || v2["createdAt"] != d["createdAt"] || next["upload"].(map[string]any)["headers"].(map[string]any)["X-Amz-Meta-Document-Version"] != "2" {
		t.Errorf("%v", next)
	}
	got := h.do(call{method: "GET", route: "/documents/{id}", id: id}, 200)
	versions := got["versions"].([]any)
	if got["version"] != 2.0 || len(versions) != 2 || versions[0].(map[string]any)["version"] != 2.0 {
		t.Errorf("%v", got)
	}
	if _, ok := got["download"]; ok {
		t.Error("a download of what was not uploaded")
	}
	h.cloud.Upload("tenants/acme/documents/" + id + "x") // another key
	if _, ok := h.do(call{method: "GET", route: "/documents/{id}", id: id}, 200)["download"]; ok {
		t.Error("a download of another document's upload")
	}
	h.cloud.Upload("tenants/acme/documents/" + id)
	download := h.do(call{method: "GET", route: "/documents/{id}", id: id}, 200)["download"].(map[string]any)
	if !strings.Contains(download["url"].(string), "versionId=") || !strings.Contains(download["url"].(string), "response-content-disposition=attachment") || download["method"] != "GET" {
		t.Errorf("%v", download)
	}
}

func TestListDocuments(t *testing.T) {
	h := newHarness(t)
	var want []string
	for range 9 {
		id := h.document(call{})
		h.document(call{body: strings.TrimSuffix(documentBody, "}") + `,"documentId":"` + id + `"}`})
		h.document(call{tenant: "acme2"})
		want = append(want, id)
	}
	slices.Reverse(want)
	for _, status := range []string{"", "pending"} {
		for _, limit := range []string{"2", "100"} {
			query := map[string]string{"limit": limit}
			if status != "" {
				query["status"] = status
			}
			var got []string
			for more := true; more; {
				page := h.do(call{method: "GET", route: "/documents", query: query}, 200)
				got = append(got, items(page, "documentId")...)
				query["cursor"], more = page["nextCursor"].(string)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s, limit %s: %s", status, limit, d)
			}
		}
	}
}

func approval(id, decision string) call {
	return call{groups: "admin", method: "PUT", route: "/documents/{id}/approval", id: id, body: fmt.Sprintf(`{"version":1,"decision":%q,"reason":"r"}`, decision)}
}

func TestDecide(t *testing.T) {
	for decision, event := range map[string]string{"approved": contract.EventDocumentApproved, "rejected": contract.EventDocumentRejected} {
		h := newHarness(t)
		id := h.document(call{})
		h.do(approval(id, decision), 409) // nothing waits yet
		h.await(id, 1, "token-1")
		c := approval(id, decision)
		c.key = "k"
		d := h.do(c, 200)
		if d["status"] != decision || d[decision+"By"] != "person-of-acme" || d[decision+"At"] != d["updatedAt"] {
			t.Errorf("%v", d)
		}
		want := []fakeaws.Sent{{Token: "token-1", Content: fmt.Sprintf(`{"approved":%v}`, decision == "approved")}}
		if diff := cmp.Diff(want, h.cloud.Successes); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]fakeaws.Event{{Type: event, Detail: fmt.Sprintf(`{"tenantId":"acme","documentId":%q,"version":1}`, id)}}, h.cloud.Events); diff != "" {
			t.Error(diff)
		}
		head := h.do(call{method: "GET", route: "/documents/{id}", id: id}, 200)
		if head["status"] != decision || head[decision+"By"] != "person-of-acme" || head["versions"].([]any)[0].(map[string]any)["status"] != decision {
			t.Errorf("%v", head)
		}
		if got := items(h.do(call{method: "GET", route: "/documents", query: map[string]string{"status": decision}}, 200), "documentId"); !slices.Equal(got, []string{id}) {
			t.Errorf("%s: %v", decision, got)
		}
		if diff := cmp.Diff(d, h.do(c, 200)); diff != "" {
			t.Error(diff)
		}
		h.do(approval(id, decision), 200) // without a key: the same decision once more changes nothing
		other := map[string]string{"approved": "rejected", "rejected": "approved"}[decision]
		h.do(approval(id, other), 409)
		if len(h.cloud.Successes) != 1 || len(h.cloud.Events) != 1 {
			t.Errorf("sent %v, told %v", h.cloud.Successes, h.cloud.Events)
		}
		for _, i := range h.cloud.Items("metadata") {
			var all map[string]any
			if err := attributevalue.UnmarshalMap(i, &all); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(fmt.Sprint(all), "token-1") {
				t.Errorf("the token stays: %v", all)
			}
		}
	}
}

func TestDecideTooLate(t *testing.T) {
	h := newHarness(t)
	id := h.document(call{})
	h.await(id, 1, "token-1")
	h.cloud.EndWait("token-1")
	if p := h.do(approval(id, "approved"), 409); p["currentVersion"] != 1.0 {
		t.Errorf("%v", p)
	}
	d := h.do(call{method: "GET", route: "/documents/{id}", id: id}, 200)
	if d["status"] != "rejected" || d["approvedBy"] != nil || len(h.cloud.Events) > 0 {
		t.Errorf("%v, %v", d, h.cloud.Events)
	}
	h.document(call{body: strings.TrimSuffix(documentBody, "}") + `,"documentId":"` + id + `"}`})
	if p := h.do(approval(id, "approved"), 409); p["currentVersion"] != 2.0 {
		t.Errorf("an old version: %v", p)
	}
}

// A fault at any call of a decision: sent again, it is recorded, sent to the
// wait once, and told.
func TestDecideSurvivesFaults(t *testing.T) {
	for n := 1; ; n++ {
		reached := false
		for _, after := range []bool{false, true} {
			h := newHarness(t)
			id := h.document(call{})
			h.await(id, 1, "token-1")
			count := 0
			h.cloud.SetFault(func(string) error {
				if count++; count != n {
					return nil
				}
				reached = true
				if after {
					return fakeaws.AfterError{Err: fakeaws.Down()}
				}
				return fakeaws.Down()
			})
			c := approval(id, "approved")
			c.key = "k"
			response, _ := h.api.Handle(t.Context(), c.event())
			h.cloud.SetFault(nil)
			if response.StatusCode != 200 && response.StatusCode != 503 {
				t.Errorf("call %d, after %v: %d", n, after, response.StatusCode)
			}
			if d := h.do(c, 200); d["status"] != "approved" {
				t.Errorf("%v", d)
			}
			if len(h.cloud.Successes) != 1 || len(h.cloud.Events) == 0 {
				t.Errorf("call %d, after %v: sent %v, told %v", n, after, h.cloud.Successes, h.cloud.Events)
			}
		}
		if !reached {
			if n < 7 {
				t.Errorf("a decision makes %d calls", n-1)
			}
			return
		}
	}
}

// A fault at any call of a deletion: sent again, nothing of the document stays.
func TestDeleteDocumentSurvivesFaults(t *testing.T) {
	for n := 0; ; n++ { // 0: no fault
		h := newHarness(t)
		id, other := h.document(call{}), h.document(call{})
		h.document(call{body: strings.TrimSuffix(documentBody, "}") + `,"documentId":"` + id + `"}`})
		h.await(id, 2, "token-2")
		key := "tenants/acme/documents/"
		h.cloud.Upload(key + id)
		h.cloud.Upload(key + id)
		h.cloud.Upload(key + other)
		h.cloud.Upload(key + id + "x") // a key that begins with this one's
		count, reached := 0, false
		h.cloud.SetFault(func(string) error {
			if count++; count != n {
				return nil
			}
			reached = true
			return fakeaws.Throttled()
		})
		c := call{method: "DELETE", route: "/documents/{id}", id: id}
		response, _ := h.api.Handle(t.Context(), c.event())
		h.cloud.SetFault(nil)
		if reached {
			if response.StatusCode != 429 {
				t.Errorf("call %d: %d", n, response.StatusCode)
			}
			h.do(c, 204)
		}
		h.do(c, 404)
		if h.cloud.Versions(key+id) != 0 || h.cloud.Versions(key+other) != 1 || h.cloud.Versions(key+id+"x") != 1 || len(h.cloud.Items("metadata")) != 2 {
			t.Errorf("call %d: %d versions, %d items", n, h.cloud.Versions(key+id), len(h.cloud.Items("metadata")))
		}
		if diff := cmp.Diff([]fakeaws.Sent{{Token: "token-2", Content: contract.ErrorWithdrawn}}, h.cloud.Failures); diff != "" {
			t.Errorf("call %d: %s", n, diff)
		}
		if len(h.cloud.Events) == 0 || h.cloud.Events[0].Type != contract.EventDocumentDeleted {
			t.Errorf("call %d: told %v", n, h.cloud.Events)
		}
		if n > 0 && !reached {
			return
		}
	}
}

func TestConversations(t *testing.T) {
	h := newHarness(t)
	for n := range 7 {
		for m := range 3 {
			ticket := ""
			if n%2 == 0 {
				ticket = "t-1"
			}
			h.message("acme", fmt.Sprintf("c-%d", n), fmt.Sprintf("m-%d%02d", m, n), ticket, "x")
			h.message("acme2", fmt.Sprintf("d-%d", n), fmt.Sprintf("m-%d%02d", m, n), "t-1", "x")
		}
	}
	h.message("acme", "c-1-longer", "m-100", "", "x") // its id begins with another's
	pages := func(c call, field string) (got []string) {
		for more := true; more; {
			page := h.do(c, 200)
			got = append(got, items(page, field)...)
			c.query["cursor"], more = page["nextCursor"].(string)
		}
		return got
	}
	for _, limit := range []string{"1", "3", "8", "100"} {
		got := pages(call{method: "GET", route: "/conversations", query: map[string]string{"limit": limit}}, "conversationId")
		if d := cmp.Diff([]string{"c-6", "c-5", "c-4", "c-3", "c-2", "c-1-longer", "c-1", "c-0"}, got); d != "" {
			t.Errorf("limit %s: %s", limit, d)
		}
		got = pages(call{method: "GET", route: "/conversations", query: map[string]string{"limit": limit, "ticketId": "t-1"}}, "conversationId")
		if d := cmp.Diff([]string{"c-6", "c-4", "c-2", "c-0"}, got); d != "" {
			t.Errorf("of a ticket, limit %s: %s", limit, d)
		}
	}
	first := h.do(call{method: "GET", route: "/conversations/{id}", id: "c-1", query: map[string]string{"limit": "2"}}, 200)
	second := h.do(call{method: "GET", route: "/conversations/{id}", id: "c-1", query: map[string]string{"cursor": first["nextCursor"].(string)}}, 200)
	var got []string
	for _, m := range slices.Concat(first["messages"].([]any), second["messages"].([]any)) {
		got = append(got, m.(map[string]any)["messageId"].(string))
	}
	if d := cmp.Diff([]string{"m-001", "m-101", "m-201"}, got); d != "" {
		t.Error(d)
	}
}
