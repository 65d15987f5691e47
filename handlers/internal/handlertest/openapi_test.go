package handlertest

import (
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/flowops/flowops/contract"
)

const (
	ticket    = `"ticketId":"t","version":1,"status":"open","priority":"low","subject":"s","description":"d","severity":3,"slaRisk":false,"createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z","conversationIds":[]`
	absent    = `"type":"about:blank","title":"Not Found","status":404`
	ticketsAt = "/tickets/{id}"
)

func TestDocumentSeesOtherAnswers(t *testing.T) {
	d := OpenAPI(t)
	for name, tt := range map[string]struct {
		method, path string
		status       int
		media, body  string
		location     string
		want         string // empty: nothing is wrong
	}{
		"as described":           {"GET", ticketsAt, 200, "application/json", "{" + ticket + "}", "", ""},
		"a problem":              {"GET", ticketsAt, 404, contract.MediaTypeProblem, "{" + absent + "}", "", ""},
		"no body":                {"DELETE", "/documents/{id}", 204, "", "", "", ""},
		"no route":               {"PUT", "/tickets", 404, contract.MediaTypeProblem, "{}", "", ""},
		"another status":         {"GET", ticketsAt, 202, "application/json", "{" + ticket + "}", "", "none of its answers"},
		"an error that it lacks": {"GET", "/tickets", 404, contract.MediaTypeProblem, "{" + absent + "}", "", "none of its answers"},
		"another media type":     {"GET", ticketsAt, 200, "text/plain", "{" + ticket + "}", "", `no body of type "text/plain"`},
		"a problem as JSON":      {"GET", ticketsAt, 404, "application/json", "{" + absent + "}", "", "no body of type"},
		"a body too many":        {"DELETE", "/documents/{id}", 204, "application/json", "{}", "", "no body of type"},
		"a property less":        {"GET", ticketsAt, 200, "application/json", `{"ticketId":"t"}`, "", "missing properties"},
		"a property more":        {"GET", ticketsAt, 200, "application/json", "{" + ticket + `,"PK":"x"}`, "", "unknown field"},
		"another value":          {"GET", ticketsAt, 200, "application/json", strings.Replace("{"+ticket+"}", "open", "lost", 1), "", "value must be one of"},
		"a time that is none":    {"GET", ticketsAt, 200, "application/json", strings.Replace("{"+ticket+"}", "2026-01-02T", "today ", 1), "", "not valid date-time"},
		"no JSON":                {"GET", ticketsAt, 200, "application/json", "{", "", "unexpected EOF"},
		"no place":               {"POST", "/tickets", 201, "application/json", "{" + ticket + "}", "", "Location"},
		"its place":              {"POST", "/tickets", 201, "application/json", "{" + ticket + "}", "/tickets/t", ""},
	} {
		t.Run(name, func(t *testing.T) {
			response := events.APIGatewayProxyResponse{StatusCode: tt.status, Body: tt.body, Headers: map[string]string{"Content-Type": tt.media}}
			if tt.location != "" {
				response.Headers["Location"] = tt.location
			}
			got := strings.Join(d.faults(tt.method, tt.path, response), "\n")
			if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want one with %q", got, tt.want)
			}
		})
	}
}

func TestDocumentIsRead(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":               "{",
		"a schema that is none": `{"openapi":"3.1.1","paths":{"/x":{"get":{"responses":{"200":{"content":{"application/json":{"schema":{"type":1}}}}}}}}}`,
	} {
		if err := (Document{map[string]*jsonschema.Schema{}, map[string]map[string]bool{}}).read([]byte(text)); err == nil {
			t.Errorf("%s: is read", name)
		}
	}
}
