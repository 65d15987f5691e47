// Package problem writes the errors that clients see: RFC 9457 problem
// details, on every route alike.
package problem

import (
	"encoding/json"
	"maps"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
)

// TypeBlank is the type of a problem that its status says everything about.
const TypeBlank = "about:blank"

// Problem is what went wrong, as RFC 9457 has it. Detail is for people and
// holds nothing that the client may not know.
type Problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail,omitempty"`
	Instance string `json:"instance,omitempty"` // id of the request, which support finds in the logs

	Fields         []Field `json:"errors,omitempty"`         // of a 400 or 413: what is wrong where
	CurrentVersion int     `json:"currentVersion,omitempty"` // of a 409: the version to start from
}

// Field is what is wrong with a part of the request. It quotes nothing of it.
type Field struct {
	Field  string `json:"field"` // "subject", "body", "query.limit", "header.Idempotency-Key"
	Detail string `json:"detail"`
}

// New is a problem whose type is TypeBlank and whose title is therefore the
// status's own phrase.
func New(status int, detail, instance string) Problem {
	return Problem{Type: TypeBlank, Title: http.StatusText(status), Status: status, Detail: detail, Instance: instance}
}

// Response is p as the answer to a REST or WebSocket event, with headers added
// to its own.
func (p Problem) Response(headers map[string]string) events.APIGatewayProxyResponse {
	all := map[string]string{"Content-Type": contract.MediaTypeProblem, "Cache-Control": "no-store"}
	maps.Copy(all, headers)
	body, _ := json.Marshal(p) // strings and ints: it can't fail
	return events.APIGatewayProxyResponse{StatusCode: p.Status, Headers: all, Body: string(body)}
}

// NotImplemented is the error of a function that does not have its behaviour
// yet. Callers that read an error's type (Step Functions, Terraform, API
// Gateway) see "NotImplemented".
type NotImplemented struct{ Function string }

func (e NotImplemented) Error() string { return e.Function + " is not implemented" }

// Problem is e as a client sees it.
func (e NotImplemented) Problem(instance string) Problem {
	return New(http.StatusNotImplemented, e.Error(), instance)
}
