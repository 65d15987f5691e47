package openapi

import (
	"net/http"
	"strings"

	"github.com/flowops/flowops/contract"
)

// otherProblem is the name of the response that stands for every error that an
// operation does not list.
const otherProblem = "Problem"

// reasons are why an error of a status is answered.
var reasons = map[int]string{
	400: "The request is not as it must be; errors says where.",
	401: "The token is missing, not valid, or expired.",
	403: "The role, the token's tenant or the API key does not allow this.",
	404: "There is no such item. Another tenant's is none.",
	409: "The item is not as the request takes it to be: it was changed meanwhile, or its state does not allow this. currentVersion is the version to start from, where there is one.",
	413: "The body is too long.",
	415: "The body is not application/json.",
	422: "The idempotency key was used for another request; or there are too many items to list them so.",
	429: "There are too many requests now, or the quota of the day is used up.",
	500: "A mistake of this API.",
	502: "A service that this needs refused or failed.",
	503: "A service that this needs is out of reach, or others write to the same item. Nothing was changed, or the same request with its idempotency key completes it.",
	504: "It took too long. A write may have happened: send it again with its idempotency key.",
}

// responseName is a component's name: "TooManyRequests".
func responseName(status int) string { return strings.ReplaceAll(http.StatusText(status), " ", "") }

// problemResponse is an error of the status; 0 stands for any other one.
func problemResponse(status int) Response {
	media := Media{Schema: refer("schemas", "Problem")}
	r := Response{Description: "Any other error.", Headers: map[string]any{contract.HeaderRequestID: refer("headers", contract.HeaderRequestID)}}
	if status != 0 {
		r.Description = reasons[status]
		media.Example = example(status)
	}
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		r.Headers["Retry-After"] = refer("headers", "Retry-After")
	case http.StatusUnauthorized:
		r.Headers["WWW-Authenticate"] = refer("headers", "WWW-Authenticate")
	}
	r.Content = map[string]Media{contract.MediaTypeProblem: media}
	return r
}

func example(status int) contract.Problem {
	p := contract.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Instance: "f1b9c6a2-5c7e-4d1f-9a54-2f6d0c1e7b33"}
	switch status {
	case http.StatusBadRequest:
		p.Detail, p.Fields = "The request's body is not valid.", []contract.ProblemField{{Field: "subject", Detail: "is missing"}}
	case http.StatusConflict:
		p.Detail, p.CurrentVersion = "The item is not as the request takes it to be: it was changed since that version.", 3
	}
	return p
}

func sharedHeaders() map[string]Header {
	text := map[string]any{"type": "string"}
	return map[string]Header{
		contract.HeaderRequestID: {Description: "Id of the request, which support finds in the logs. Errors of API Gateway itself have it as their instance alone.", Schema: text},
		"Location":               {Description: "Path of what was made.", Schema: text},
		"Retry-After":            {Description: "Seconds to wait before the request is sent again.", Schema: map[string]any{"type": "integer", "minimum": 1}},
		"WWW-Authenticate":       {Description: "\"Bearer\".", Schema: text},
	}
}
