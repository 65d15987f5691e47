package e2e

import (
	"context"
	"encoding/json"
	"net/http"
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

// person is who sends requests.
type person struct {
	tenant, name string
	role         contract.Role
}

// answer is what a person gets.
type answer struct {
	events.APIGatewayProxyResponse
	t interface {
		Helper()
		Fatalf(string, ...any)
	}
}

// into reads the body of an answer with the status want.
func (a answer) into(want int, v any) {
	a.t.Helper()
	if a.StatusCode != want {
		a.t.Fatalf("status %d, want %d: %s", a.StatusCode, want, a.Body)
	}
	if v != nil {
		if err := json.Unmarshal([]byte(a.Body), v); err != nil {
			a.t.Fatalf("%v: %s", err, a.Body)
		}
	}
}

// onboard gives tenants what they have once they are onboarded: an agent, an
// API key and an alias in the search domain.
func (w *world) onboard(tenants ...string) {
	w.t.Helper()
	for _, tenant := range tenants {
		agent := contract.AgentConfiguration{
			TenantID: tenant, AgentID: contract.DefaultAgent, AgentType: contract.AgentSingle, APIKeyID: "key-of-" + tenant,
			AgentARN: "arn:aws:bedrock-agentcore:" + w.cfg.Account.Region + ":" + w.cfg.Account.ID + ":runtime/" + contract.RuntimeName(w.cfg.Snake(""), tenant) + "-x1y2z3w4v5", AgentAliasID: "live",
		}
		item, err := attributevalue.MarshalMap(agent)
		if err != nil {
			w.t.Fatal(err)
		}
		item["PK"] = &dynamotypes.AttributeValueMemberS{Value: "TENANT#" + tenant}
		item["SK"] = &dynamotypes.AttributeValueMemberS{Value: "AGENT#" + contract.DefaultAgent}
		if _, err := dynamodb.NewFromConfig(w.aws).PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String(w.cfg.Name(contract.Agents.Name)), Item: item}); err != nil {
			w.t.Fatal(err)
		}
		request := contract.SearchRequest{Tenant: &contract.SearchTenant{TenantID: tenant, RoleARN: "arn:aws:iam::" + w.cfg.Account.ID + ":role" + contract.TenantRolePath + w.cfg.Name("tenant-"+tenant)}}
		w.invoke(contract.SearchAdmin, request, nil)
	}
}

// invoke invokes a function and reads its answer; an error of the function
// fails the test.
func (w *world) invoke(fn contract.Function, event, into any) {
	w.t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := w.lambda.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String(w.cfg.Name(fn.Name)), Qualifier: aws.String(contract.LiveAlias), Payload: payload})
	if err != nil {
		w.t.Fatal(err)
	}
	if out.FunctionError != nil {
		w.t.Fatalf("%s: %s: %s", fn.Name, *out.FunctionError, out.Payload)
	}
	if into != nil {
		if err := json.Unmarshal(out.Payload, into); err != nil {
			w.t.Fatalf("%v: %s", err, out.Payload)
		}
	}
}

// send sends a request as API Gateway hands it on, after it verified the
// person's token. headers are names and values in turn.
func (w *world) send(p person, method, path, body string, headers ...string) answer {
	w.t.Helper()
	route, params := find(method, path)
	if route == nil {
		w.t.Fatalf("%s %s is no route", method, path)
	}
	event := events.APIGatewayProxyRequest{
		HTTPMethod: method, Path: path, Resource: route.Path, PathParameters: params, Body: body,
		Headers: map[string]string{"Origin": w.cfg.API.Origins[0], "Content-Type": "application/json"},
		RequestContext: events.APIGatewayProxyRequestContext{
			RequestID: uuid.NewString(), Identity: events.APIGatewayRequestIdentity{APIKeyID: "key-of-" + p.tenant},
			Authorizer: map[string]any{"claims": map[string]any{
				"token_use": "id", contract.SubjectClaim: p.name, contract.TenantClaim: p.tenant, contract.GroupsClaim: string(p.role), "email": p.name + "@customer.example",
			}},
		},
	}
	if path, query, ok := strings.Cut(path, "?"); ok {
		event.Path, event.QueryStringParameters = path, map[string]string{}
		for pair := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			event.QueryStringParameters[name] = value
		}
	}
	for i := 0; i+1 < len(headers); i += 2 {
		event.Headers[headers[i]] = headers[i+1]
	}
	a := answer{t: w.t}
	w.invoke(route.Function, event, &a.APIGatewayProxyResponse)
	if a.StatusCode >= http.StatusInternalServerError {
		w.t.Logf("%s %s: %d %s", method, path, a.StatusCode, a.Body)
	}
	return a
}

// find is the route of a request, and its path's parameters.
func find(method, path string) (*contract.Route, map[string]string) {
	path, _, _ = strings.Cut(path, "?")
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
