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

// Problem is a problem that can be an answer.
type Problem struct{ contract.Problem }

// Field is what is wrong with a part of the request.
type Field = contract.ProblemField

// New is a problem whose type is TypeBlank and whose title is therefore the
// status's own phrase.
func New(status int, detail, instance string) Problem {
	return Problem{contract.Problem{Type: TypeBlank, Title: http.StatusText(status), Status: status, Detail: detail, Instance: instance}}
}

// Response is p as the answer to a REST or WebSocket event, with headers added
// to its own.
func (p Problem) Response(headers map[string]string) events.APIGatewayProxyResponse {
	all := map[string]string{"Content-Type": contract.MediaTypeProblem, "Cache-Control": "no-store"}
	maps.Copy(all, headers)
	body, _ := json.Marshal(p) // strings and ints: it can't fail
	return events.APIGatewayProxyResponse{StatusCode: p.Status, Headers: all, Body: string(body)}
}
