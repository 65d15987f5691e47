package world

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
)

// Person is who sends requests.
type Person struct {
	Tenant, Name string // an operator has no tenant
	Role         contract.Role
}

// FunctionError is the error that a function ended with.
type FunctionError struct {
	Function string
	Type     string `json:"errorType"`
	Message  string `json:"errorMessage"`
}

func (e *FunctionError) Error() string { return e.Function + ": " + e.Type + ": " + e.Message }

// Invoke invokes a function and reads its answer. A function that fails is a
// *FunctionError.
func (w *World) Invoke(ctx context.Context, fn contract.Function, event, into any) error {
	payload, err := json.Marshal(event)
	if err != nil {
		return err
	}
	out, err := w.lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(w.Config.Name(fn.Name)), Qualifier: aws.String(contract.LiveAlias), Payload: payload})
	if err != nil {
		return err
	}
	if out.FunctionError != nil {
		failed := &FunctionError{Function: fn.Name}
		if err := json.Unmarshal(out.Payload, failed); err != nil {
			return fmt.Errorf("%s: %s: %s", fn.Name, *out.FunctionError, out.Payload)
		}
		return failed
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(out.Payload, into)
}

// Send sends a request as API Gateway hands it on after it verified the
// person's token. path may have a query; headers are names and values.
func (w *World) Send(ctx context.Context, p Person, method, path, body string, headers map[string]string) (events.APIGatewayProxyResponse, error) {
	var response events.APIGatewayProxyResponse
	path, query, _ := strings.Cut(path, "?")
	route, params := find(method, path)
	if route == nil {
		return response, fmt.Errorf("%s %s is no route", method, path)
	}
	claims := map[string]any{
		"token_use": "id", contract.SubjectClaim: p.Name, contract.GroupsClaim: string(p.Role), "email": p.Name + "@customer.example",
	}
	event := events.APIGatewayProxyRequest{
		HTTPMethod: method, Path: path, Resource: route.Path, PathParameters: params, Body: body, QueryStringParameters: map[string]string{},
		Headers: map[string]string{"Origin": w.Config.API.Origins[0], "Content-Type": "application/json"},
		RequestContext: events.APIGatewayProxyRequestContext{
			RequestID: uuid.NewString(), Authorizer: map[string]any{"claims": claims},
		},
	}
	if p.Tenant != "" { // an operator belongs to none, and has no key
		claims[contract.TenantClaim] = p.Tenant
		event.RequestContext.Identity.APIKeyID = w.Tenant(p.Tenant).APIKeyID
	}
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			event.QueryStringParameters[name] = value
		}
	}
	for name, value := range headers {
		event.Headers[name] = value
	}
	return response, w.Invoke(ctx, route.Function, event, &response)
}

// find is the route of a request, and its path's parameters.
func find(method, path string) (*contract.Route, map[string]string) {
	got := strings.Split(path, "/")
	for _, route := range contract.Routes() {
		want := strings.Split(route.Path, "/")
		if route.Method != method || len(want) != len(got) {
			continue
		}
		params, same := map[string]string{}, true
		for i, part := range want {
			if strings.HasPrefix(part, "{") {
				params[strings.Trim(part, "{}")] = got[i]
			} else if part != got[i] {
				same = false
			}
		}
		if same {
			return &route, params
		}
	}
	return nil, nil
}
