package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/rest"
)

func TestEnvironment(t *testing.T) { handlertest.NeedsEnvironment(t, contract.Records, wire) }

func TestBadRequests(t *testing.T) {
	post := func(body string) call { return call{method: "POST", route: "/tickets", body: body} }
	get := func(query map[string]string) call { return call{method: "GET", route: "/tickets", query: query} }
	tests := map[string]struct {
		call   call
		status int
		fields string
	}{
		"nothing of what is required":  {post(`{}`), 400, "description priority subject"},
		"several wrong fields":         {post(`{"subject":"","description":"d","priority":"soon","severity":9}`), 400, "priority severity subject"},
		"a number for a text":          {post(`{"subject":1,"description":"d","priority":"low"}`), 400, "subject"},
		"something more":               {post(`{"subject":"s","description":"d","priority":"low","tenantId":"globex"}`), 400, "body"},
		"no integer":                   {post(`{"subject":"s","description":"d","priority":"low","severity":1.5}`), 400, "severity"},
		"an integer that is a float":   {post(`{"subject":"s","description":"d","priority":"low","severity":1e0}`), 400, "body"},
		"no JSON":                      {post(`{"subject":`), 400, "body"},
		"two values":                   {post(`{} {}`), 400, "body"},
		"a list":                       {post(`[]`), 400, "body"},
		"null":                         {post(`null`), 400, "body"},
		"no UTF-8":                     {post("{\"subject\":\"\xff\"}"), 400, "body"},
		"no change":                    {call{method: "PATCH", route: "/tickets/{id}", id: "x", body: `{"version":1}`}, 400, "body"},
		"no body":                      {call{method: "POST", route: "/tickets", headers: map[string]string{"Content-Type": "application/json"}}, 400, "body"},
		"no content type":              {call{method: "POST", route: "/tickets"}, 415, ""},
		"another content type":         {call{method: "POST", route: "/tickets", body: ticketBody, headers: map[string]string{"content-type": "text/json"}}, 415, ""},
		"too large":                    {post(`{"subject":"` + strings.Repeat("x", rest.MaxBody) + `"}`), 413, ""},
		"limit 0":                      {get(map[string]string{"limit": "0"}), 400, "query.limit"},
		"limit 101":                    {get(map[string]string{"limit": "101"}), 400, "query.limit"},
		"limit of words":               {get(map[string]string{"limit": "ten"}), 400, "query.limit"},
		"an unknown status":            {get(map[string]string{"status": "lost"}), 400, "query.status"},
		"a status of documents":        {get(map[string]string{"status": "indexed"}), 400, "query.status"},
		"an unknown parameter":         {get(map[string]string{"tenantId": "globex"}), 400, "query"},
		"an empty filter":              {get(map[string]string{"status": ""}), 400, "query.status"},
		"a key with a line break":      {call{method: "POST", route: "/tickets", key: "a\nb", body: ticketBody}, 400, "header.Idempotency-Key"},
		"a long key":                   {call{method: "POST", route: "/tickets", key: strings.Repeat("k", 256), body: ticketBody}, 400, "header.Idempotency-Key"},
		"an id with a separator":       {call{method: "GET", route: "/tickets/{id}", id: "x#y"}, 404, ""},
		"a ticket with a separator":    {call{method: "GET", route: "/conversations", query: map[string]string{"ticketId": "x#STATUS#y"}}, 400, "request"},
		"a conversation that is none":  {call{method: "GET", route: "/conversations/{id}", id: "x"}, 404, ""},
		"a document that is none":      {call{method: "GET", route: "/documents/{id}", id: "x"}, 404, ""},
		"removing what is not there":   {call{method: "DELETE", route: "/documents/{id}", id: "x"}, 404, ""},
		"deciding on what isn't there": {call{groups: "admin", method: "PUT", route: "/documents/{id}/approval", id: "x", body: `{"version":1,"decision":"approved"}`}, 404, ""},
		"a version of what isn't":      {call{method: "POST", route: "/documents", body: `{"title":"t","contentType":"text/plain","contentLength":1,"documentId":"x"}`}, 404, ""},
		"a document of another type":   {call{method: "POST", route: "/documents", body: `{"title":"t","contentType":"image/png","contentLength":1}`}, 400, "contentType"},
		"a document too large":         {call{method: "POST", route: "/documents", body: `{"title":"t","contentType":"text/plain","contentLength":52428801}`}, 400, "contentLength"},
		"another function's route":     {call{method: "POST", route: "/chat", body: `{}`}, 404, ""},
		"another method":               {call{method: "PUT", route: "/tickets", body: `{}`}, 404, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			if got := fields(h.do(tt.call, tt.status)); got != tt.fields {
				t.Errorf("fields %q, want %q", got, tt.fields)
			}
			for _, call := range h.cloud.Calls() {
				if call != "AssumeRole" && call != "GetItem" && call != "Query" {
					t.Errorf("made the call %s", call)
				}
			}
		})
	}
}

// Every route, done as it should be, answers what the route table says: the
// harness holds each answer against it.
func TestEveryRouteAnswers(t *testing.T) {
	h := newHarness(t)
	ticket, document := h.ticket(call{}), h.document(call{})
	h.message("acme", "c-1", "m-1", ticket, "x")
	h.cloud.Upload("tenants/acme/documents/" + document)
	h.await(document, 1, "token-1")
	calls := map[string]call{
		"GET /conversations":           {},
		"GET /conversations/{id}":      {id: "c-1"},
		"GET /tickets":                 {},
		"POST /tickets":                {body: ticketBody},
		"GET /tickets/{id}":            {id: ticket},
		"PATCH /tickets/{id}":          {id: ticket, body: `{"version":1,"status":"closed"}`},
		"GET /documents":               {},
		"POST /documents":              {body: documentBody},
		"PUT /documents/{id}/approval": approval(document, "approved"),
		"GET /documents/{id}":          {id: document},
		"DELETE /documents/{id}":       {id: document},
	}
	answer := func(route contract.Route) {
		c, ok := calls[route.Method+" "+route.Path]
		if !ok {
			t.Fatalf("%s %s is not tried", route.Method, route.Path)
		}
		c.method, c.route = route.Method, route.Path
		h.do(c, route.Answers[0].Status)
	}
	var last []contract.Route // what removes what others read
	for _, route := range contract.Routes() {
		switch {
		case route.Function.Name != contract.Records.Name:
		case route.Method == "DELETE":
			last = append(last, route)
		default:
			answer(route)
		}
	}
	for _, route := range last {
		answer(route)
	}
}

// Who may do what is the route table's.
func TestRoles(t *testing.T) {
	for _, route := range contract.Routes() {
		if route.Function.Name != contract.Records.Name {
			continue
		}
		for _, role := range append(slices.Clone(contract.Roles), "stranger", "") {
			h := newHarness(t)
			c := call{method: route.Method, route: route.Path, id: "x", groups: string(role)}
			if role == "" {
				c.groups = ","
			}
			event := c.event()
			response, err := h.api.Handle(context.Background(), event)
			if err != nil {
				t.Fatal(err)
			}
			if allowed := slices.Contains(route.Roles, role); allowed != (response.StatusCode != 403) {
				t.Errorf("%s %s as %q: %d", route.Method, route.Path, role, response.StatusCode)
			} else if !allowed && (len(h.cloud.Calls()) > 0 || !strings.Contains(h.log.String(), `"securityEvent":"role-refused"`)) {
				t.Errorf("%s %s as %q: calls %v\n%s", route.Method, route.Path, role, h.cloud.Calls(), h.log)
			}
		}
	}
}

func TestRefusedIdentities(t *testing.T) {
	for name, tt := range map[string]struct {
		change   func(*events.APIGatewayProxyRequest)
		status   int
		security string
	}{
		"no claims":         {func(e *events.APIGatewayProxyRequest) { e.RequestContext.Authorizer = nil }, 401, ""},
		"no tenant":         {func(e *events.APIGatewayProxyRequest) { claims(e)["custom:tenant_id"] = "" }, 403, "identity-refused"},
		"a malformed one":   {func(e *events.APIGatewayProxyRequest) { claims(e)["custom:tenant_id"] = "acme#x" }, 403, "identity-refused"},
		"another one by it": {func(e *events.APIGatewayProxyRequest) { e.RequestContext.Authorizer["tenantId"] = "globex" }, 403, "identity-refused"},
		"no API key":        {func(e *events.APIGatewayProxyRequest) { e.RequestContext.Identity.APIKeyID = "" }, 403, "key-refused"},
		"another's API key": {func(e *events.APIGatewayProxyRequest) { e.RequestContext.Identity.APIKeyID = "key-of-globex" }, 403, "key-refused"},
		"no agent yet":      {func(e *events.APIGatewayProxyRequest) { claims(e)["custom:tenant_id"] = "newcomer" }, 403, "key-refused"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			event := call{method: "GET", route: "/tickets"}.event()
			tt.change(&event)
			response, err := h.api.Handle(context.Background(), event)
			if err != nil || response.StatusCode != tt.status || response.Headers["Content-Type"] != contract.MediaTypeProblem {
				t.Errorf("%v, %+v", err, response)
			}
			if (response.Headers["Www-Authenticate"]+response.Headers["WWW-Authenticate"] == "Bearer") != (tt.status == 401) {
				t.Errorf("headers %v", response.Headers)
			}
			if response.Headers["Access-Control-Allow-Origin"] != handlertest.Origin {
				t.Error("no CORS headers")
			}
			if got := strings.Contains(h.log.String(), `"securityEvent":"`+tt.security+`"`); got != (tt.security != "") {
				t.Errorf("log:\n%s", h.log)
			}
			if calls := slices.DeleteFunc(h.cloud.Calls(), func(c string) bool { return c == "AssumeRole" }); len(calls) > 1 || (len(calls) == 1 && calls[0] != "GetItem") {
				t.Errorf("calls %v", calls)
			}
		})
	}
}

func claims(e *events.APIGatewayProxyRequest) map[string]any {
	return e.RequestContext.Authorizer["claims"].(map[string]any)
}

// Trouble of AWS is answered as what it is, at whichever call.
func TestTrouble(t *testing.T) {
	for name, tt := range map[string]struct {
		err    error
		status int
		retry  bool
	}{
		"throttled":    {fakeaws.Throttled(), 429, true},
		"down":         {fakeaws.Down(), 503, true},
		"unreachable":  {&smithy.OperationError{ServiceID: "x", OperationName: "y", Err: errors.New("dial tcp: refused")}, 503, true},
		"too slow":     {context.DeadlineExceeded, 504, false},
		"refused":      {&smithy.GenericAPIError{Code: "AccessDeniedException", Message: "confidential", Fault: smithy.FaultClient}, 502, false},
		"our own":      {errors.New("a mistake"), 500, false},
		"transactions": {nil, 200, false},
	} {
		for _, operation := range []string{"AssumeRole", "Query", "GenerateMac"} {
			h := newHarness(t)
			h.ticket(call{})
			h.ticket(call{})
			if operation == "AssumeRole" {
				h.clock.Pass(2 * 60 * 60 * 1e9)
			}
			h.cloud.SetFault(func(o string) error {
				if o == operation {
					return tt.err
				}
				return nil
			})
			body, response := h.answer(call{method: "GET", route: "/tickets", query: map[string]string{"limit": "1"}}, tt.status)
			if (response.Headers["Retry-After"] != "") != tt.retry {
				t.Errorf("%s: headers %v", name, response.Headers)
			}
			if tt.status != 200 && strings.Contains(fmt.Sprint(body), "confidential") {
				t.Errorf("%s: the answer tells %v", name, body)
			}
			if strings.Contains(h.log.String(), "confidential") {
				t.Errorf("%s: the log tells what the service said:\n%s", name, h.log)
			}
		}
	}
}

// A panic is an answer too, and a client can read it.
func TestPanic(t *testing.T) {
	h := newHarness(t)
	h.cloud.SetFault(func(o string) error {
		if o == "Query" {
			panic("confidential")
		}
		return nil
	})
	h.do(call{method: "GET", route: "/tickets"}, 500)
	if strings.Contains(h.log.String(), "confidential") || !strings.Contains(h.log.String(), `"message":"panic"`) {
		t.Errorf("log:\n%s", h.log)
	}
}

// Two tenants and a neighbour at once: no answer holds a byte of another's.
func TestTenantsSeeTheirOwn(t *testing.T) {
	h := newHarness(t)
	tenants := []string{"acme", "acme2", "globex"}
	ids, docs := map[string]string{}, map[string]string{}
	for _, tenant := range tenants {
		ids[tenant] = h.ticket(call{tenant: tenant, body: fmt.Sprintf(`{"subject":"<%s>","description":"<%s>","priority":"low"}`, tenant, tenant)})
		docs[tenant] = h.document(call{tenant: tenant, body: fmt.Sprintf(`{"title":"<%s>","contentType":"text/plain","contentLength":1}`, tenant)})
		h.message(tenant, "c-1", "m-1", "t-1", "<"+tenant+">")
		h.cloud.Upload("tenants/" + tenant + "/documents/" + docs[tenant])
	}
	var wg sync.WaitGroup
	for n := range 120 {
		me, other := tenants[n%3], tenants[(n+1+n/3%2)%3]
		wg.Go(func() {
			for _, c := range []call{
				{method: "GET", route: "/tickets"},
				{method: "GET", route: "/tickets", query: map[string]string{"status": "open"}},
				{method: "GET", route: "/documents"},
				{method: "GET", route: "/documents", query: map[string]string{"status": "pending"}},
				{method: "GET", route: "/conversations"},
				{method: "GET", route: "/conversations", query: map[string]string{"ticketId": "t-1"}},
				{method: "GET", route: "/conversations/{id}", id: "c-1"},
				{method: "GET", route: "/tickets/{id}", id: ids[me]},
				{method: "GET", route: "/documents/{id}", id: docs[me]},
				{method: "PATCH", route: "/tickets/{id}", id: ids[other], body: `{"version":1,"status":"closed"}`},
				{method: "GET", route: "/tickets/{id}", id: ids[other]},
				{method: "GET", route: "/documents/{id}", id: docs[other]},
				{method: "DELETE", route: "/documents/{id}", id: docs[other]},
				{method: "PUT", route: "/documents/{id}/approval", id: docs[other], groups: "admin", body: `{"version":1,"decision":"approved"}`},
				{method: "POST", route: "/documents", body: fmt.Sprintf(`{"title":"t","contentType":"text/plain","contentLength":1,"documentId":%q}`, docs[other])},
			} {
				c.tenant = me
				response, _ := h.api.Handle(context.Background(), c.event())
				theirs := strings.Contains(response.Body, "<"+other+">") || strings.Contains(response.Body, other+"/") ||
					strings.Contains(response.Body, `\u003c`+other+`\u003e`) || (c.id != docs[other] && c.id != ids[other] && strings.Contains(response.Body, docs[other]))
				if theirs {
					t.Errorf("%s sees of %s: %s", me, other, response.Body)
				}
				if foreign := c.id == ids[other] || c.id == docs[other] || c.method == "POST"; foreign != (response.StatusCode == 404) {
					t.Errorf("%s: %s %s: %d", me, c.method, c.route, response.StatusCode)
				}
			}
		})
	}
	wg.Wait()
	if denied := h.cloud.Denied(); len(denied) > 0 {
		t.Errorf("IAM had to refuse: %v", denied)
	}
}

// Another tenant's item is as absent as one that never was.
func TestAbsentAndForeignAreOne(t *testing.T) {
	h := newHarness(t)
	id := h.ticket(call{tenant: "globex"})
	foreign := h.do(call{method: "GET", route: "/tickets/{id}", id: id}, 404)
	absent := h.do(call{method: "GET", route: "/tickets/{id}", id: "nothing"}, 404)
	if fmt.Sprint(foreign) != fmt.Sprint(absent) {
		t.Errorf("%v, %v", foreign, absent)
	}
}

// Whatever the event: an answer, of a known status, that is a problem or no
// error, and no trouble of ours.
func FuzzEvent(f *testing.F) {
	for _, c := range []call{
		{method: "POST", route: "/tickets", body: ticketBody, key: "k"}, {method: "GET", route: "/tickets", query: map[string]string{"limit": "3", "cursor": "x"}},
		{method: "GET", route: "/conversations/{id}", id: "a#b"}, {method: "PUT", route: "/documents/{id}/approval", groups: "admin", id: "x", body: `{"version":1,"decision":"approved"}`},
	} {
		text, err := json.Marshal(c.event())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	h := newHarness(f) // one for all: whatever was written before, an event has its answer
	f.Fuzz(func(t *testing.T, text []byte) {
		var event events.APIGatewayProxyRequest
		if json.Unmarshal(text, &event) != nil {
			return
		}
		response, err := h.api.Handle(context.Background(), event)
		if err != nil || response.StatusCode < 200 || response.StatusCode >= 500 {
			t.Errorf("%v, %d: %s", err, response.StatusCode, response.Body)
		}
		if response.StatusCode >= 400 && response.Headers["Content-Type"] != contract.MediaTypeProblem {
			t.Errorf("headers %v", response.Headers)
		}
	})
}

// Each request of a tenant is counted, and each that ended in trouble of ours.
func TestRequestsAreCounted(t *testing.T) {
	h := newHarness(t)
	h.do(call{method: "GET", route: "/tickets"}, 200)
	h.do(call{method: "GET", route: "/tickets/{id}", id: "nowhere"}, 404)
	h.cloud.SetFault(func(operation string) error {
		if operation == "Query" {
			return fakeaws.Down()
		}
		return nil
	})
	h.do(call{tenant: "globex", method: "GET", route: "/tickets"}, 503)
	for what, want := range map[string]int{
		`"Errors":0,"TenantId":"acme","TenantRequestCount":1`: 2, `"Errors":1,"TenantId":"globex","TenantRequestCount":1`: 1, `"TenantRequestCount":`: 3,
	} {
		if got := strings.Count(h.log.String(), what); got != want {
			t.Errorf("%s stands %d times, want %d:\n%s", what, got, want, h.log)
		}
	}
}
