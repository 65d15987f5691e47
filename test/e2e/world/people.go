package world

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
)

// Person is who sends requests.
type Person struct {
	Tenant, Name string
	Role         contract.Role
}

// Onboard gives a tenant what it has once it is onboarded: an agent, an API key
// and an alias in the search domain.
func (w *World) Onboard(ctx context.Context, tenant string) error {
	agent := contract.AgentConfiguration{
		TenantID: tenant, AgentID: contract.DefaultAgent, AgentType: contract.AgentSingle, APIKeyID: APIKey(tenant), AgentARN: w.AgentARN(tenant), AgentAliasID: "live",
		State: contract.AgentReady,
	}
	item, err := attributevalue.MarshalMap(agent)
	if err != nil {
		return err
	}
	keys := map[string][]string{contract.Agents.PK.Pattern: {contract.Agents.PK.Name, tenant}, contract.Agents.SK.Pattern: {contract.Agents.SK.Name, contract.DefaultAgent}}
	for pattern, attribute := range keys {
		key, err := contract.Key(pattern, attribute[1])
		if err != nil {
			return err
		}
		item[attribute[0]] = &dynamotypes.AttributeValueMemberS{Value: key}
	}
	if _, err := dynamodb.NewFromConfig(w.AWS).PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(w.Config.Name(contract.Agents.Name)), Item: item}); err != nil {
		return err
	}
	return w.Invoke(ctx, contract.SearchAdmin, contract.SearchRequest{Tenant: &contract.SearchTenant{TenantID: tenant, RoleARN: w.TenantRole(tenant)}}, nil)
}

// AgentARN is the runtime of a tenant's agent.
func (w *World) AgentARN(tenant string) string {
	return w.Config.ARN("bedrock-agentcore", "runtime/"+contract.RuntimeName(w.Config.Snake(""), tenant)+"-x1y2z3w4v5")
}

// APIKey is the id of a tenant's API key.
func APIKey(tenant string) string { return "key-of-" + tenant }

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
	event := events.APIGatewayProxyRequest{
		HTTPMethod: method, Path: path, Resource: route.Path, PathParameters: params, Body: body, QueryStringParameters: map[string]string{},
		Headers: map[string]string{"Origin": w.Config.API.Origins[0], "Content-Type": "application/json"},
		RequestContext: events.APIGatewayProxyRequestContext{
			RequestID: uuid.NewString(), Identity: events.APIGatewayRequestIdentity{APIKeyID: APIKey(p.Tenant)},
			Authorizer: map[string]any{"claims": map[string]any{
				"token_use": "id", contract.SubjectClaim: p.Name, contract.TenantClaim: p.Tenant, contract.GroupsClaim: string(p.Role), "email": p.Name + "@customer.example",
			}},
		},
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
