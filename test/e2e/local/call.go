package local

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Call is one call of an AWS API, as IAM sees it.
type Call struct {
	Function  string `json:"function"`         // who called, as deployed; empty for the test itself
	Role      string `json:"role"`             // "execution", or the role that the function assumed
	Tenant    string `json:"tenant,omitempty"` // of the session's tag
	Service   string `json:"service"`
	Operation string `json:"operation"` // as the API has it: "TransactWriteItems"
	// Actions are what IAM checks: one an item of a transaction.
	Actions []Action `json:"actions"`
	Status  int      `json:"status"`
	Trace   string   `json:"-"` // X-Ray's header

	accessKey string
	body      []byte
}

// Action is one action on one resource, with the request's own condition keys.
type Action struct {
	Name      string              `json:"action"`   // "dynamodb:PutItem"
	Resource  string              `json:"resource"` // ARN
	Condition map[string][]string `json:"condition,omitempty"`
}

var (
	credential = regexp.MustCompile(`Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request`)
	appID      = regexp.MustCompile(`\bapp/([A-Za-z0-9-]+)`)
)

// parse reads a request as a call. region and account are where it is made.
func parse(r *http.Request, body []byte, region, account string) Call {
	c := Call{Role: "execution", Trace: r.Header.Get("X-Amzn-Trace-Id"), body: body}
	if m := appID.FindStringSubmatch(r.UserAgent()); m != nil {
		c.Function = m[1]
	}
	signature := r.Header.Get("Authorization")
	if signature == "" {
		signature = "Credential=" + r.URL.Query().Get("X-Amz-Credential")
	}
	if m := credential.FindStringSubmatch(signature); m != nil {
		c.accessKey, c.Service = m[1], m[3]
	}
	p := parser{request: r, body: body, region: region, account: account}
	switch c.Service {
	case "dynamodb":
		c.Operation, c.Actions = p.dynamoDB()
	case "s3":
		c.Operation, c.Actions = p.s3()
	case "sts":
		c.Operation, c.Actions = p.sts()
	case "kms":
		c.Operation, c.Actions = p.target("kms", "KeyId")
	case "states":
		c.Operation, c.Actions = p.target("states", map[string]string{"StartExecution": "stateMachineArn", "DescribeExecution": "executionArn"}[p.operation()])
	case "events":
		c.Operation, c.Actions = p.events()
	case "lambda":
		c.Operation, c.Actions = p.lambda()
	case "bedrock":
		c.Operation, c.Actions = p.bedrock()
	case "bedrock-agentcore":
		if strings.HasSuffix(r.URL.Path, "/invocations") {
			c.Operation, c.Actions = p.agentCore()
		} else {
			c.Operation, c.Actions = p.agentCoreControl()
		}
	case "iam":
		c.Operation, c.Actions = p.iam()
	case "cognito-idp":
		c.Operation, c.Actions = p.named("cognito-idp", "UserPoolId", "userpool/")
	case "logs":
		c.Operation, c.Actions = p.named("logs", "logGroupName", "log-group:")
	case "ssm":
		c.Operation, c.Actions = p.named("ssm", "Name", "parameter")
	case "apigateway":
		c.Operation, c.Actions = p.apiGateway()
	case "execute-api":
		c.Operation, c.Actions = p.connections()
	case "es":
		c.Operation, c.Actions = p.search()
	default:
		c.Operation = r.Method + " " + r.URL.Path
	}
	return c
}

type parser struct {
	request         *http.Request
	body            []byte
	region, account string
}

func (p parser) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + p.region + ":" + p.account + ":" + resource
}

// operation is the one that the JSON protocols name in a header.
func (p parser) operation() string {
	_, operation, _ := strings.Cut(p.request.Header.Get("X-Amz-Target"), ".")
	return operation
}

// target is a call of a JSON protocol on the resource that a member names.
func (p parser) target(service, member string) (string, []Action) {
	operation := p.operation()
	resource := "*"
	if member != "" {
		var in map[string]any
		_ = json.Unmarshal(p.body, &in)
		if s, ok := in[member].(string); ok {
			resource = s
		}
	}
	return operation, []Action{{Name: service + ":" + operation, Resource: resource}}
}

func (p parser) events() (string, []Action) {
	var in struct {
		Entries []struct{ EventBusName, Source, DetailType string }
	}
	_ = json.Unmarshal(p.body, &in)
	operation := p.operation()
	var actions []Action
	for _, e := range in.Entries {
		actions = append(actions, Action{
			Name: "events:" + operation, Resource: p.arn("events", "event-bus/"+e.EventBusName),
			Condition: map[string][]string{"events:source": {e.Source}, "events:detail-type": {e.DetailType}},
		})
	}
	return operation, actions
}

// sts reads AssumeRole: with tags it is TagSession too.
func (p parser) sts() (string, []Action) {
	form, _ := url.ParseQuery(string(p.body))
	operation := form.Get("Action")
	condition := map[string][]string{}
	for name, values := range form {
		if index, ok := strings.CutSuffix(name, ".Key"); ok && strings.HasPrefix(name, "Tags.member.") {
			condition["aws:RequestTag/"+values[0]] = form[index+".Value"]
			condition["aws:TagKeys"] = append(condition["aws:TagKeys"], values[0])
		}
		if strings.HasPrefix(name, "TransitiveTagKeys.member.") {
			condition["sts:TransitiveTagKeys"] = append(condition["sts:TransitiveTagKeys"], values[0])
		}
	}
	actions := []Action{{Name: "sts:" + operation, Resource: form.Get("RoleArn"), Condition: condition}}
	if len(condition) > 0 {
		actions = append(actions, Action{Name: "sts:TagSession", Resource: form.Get("RoleArn"), Condition: condition})
	}
	return operation, actions
}

func (p parser) lambda() (string, []Action) {
	parts := strings.Split(p.request.URL.EscapedPath(), "/") // /2015-03-31/functions/<name>/invocations
	if len(parts) < 5 || parts[4] != "invocations" {
		return p.request.Method + " " + p.request.URL.Path, nil
	}
	name, _ := url.PathUnescape(parts[3])
	if q := p.request.URL.Query().Get("Qualifier"); q != "" {
		name += ":" + q
	}
	return "Invoke", []Action{{Name: "lambda:InvokeFunction", Resource: p.arn("lambda", "function:"+name)}}
}

func (p parser) bedrock() (string, []Action) {
	parts := strings.Split(p.request.URL.EscapedPath(), "/") // /model/<id>/invoke
	if len(parts) < 4 {
		return p.request.URL.Path, nil
	}
	model, _ := url.PathUnescape(parts[2])
	operation, action := "InvokeModel", "bedrock:InvokeModel"
	if strings.HasPrefix(parts[3], "converse-stream") {
		operation, action = "ConverseStream", "bedrock:InvokeModelWithResponseStream"
	}
	resource := "arn:aws:bedrock:" + p.region + "::foundation-model/" + model
	if strings.Count(model, ".") > 1 { // of an inference profile, where the region stands before the model
		resource = "arn:aws:bedrock:" + p.region + ":" + p.account + ":inference-profile/" + model
	}
	return operation, []Action{{Name: action, Resource: resource, Condition: guardrail(p.body)}}
}

// guardrail is the guardrail that a call of a model names.
func guardrail(body []byte) map[string][]string {
	var in struct {
		GuardrailConfig struct{ GuardrailIdentifier, GuardrailVersion string }
	}
	if err := json.Unmarshal(body, &in); err != nil || in.GuardrailConfig.GuardrailIdentifier == "" {
		return nil
	}
	return map[string][]string{"bedrock:GuardrailIdentifier": {in.GuardrailConfig.GuardrailIdentifier + ":" + in.GuardrailConfig.GuardrailVersion}}
}

func (p parser) agentCore() (string, []Action) {
	parts := strings.Split(p.request.URL.EscapedPath(), "/") // /runtimes/<arn>/invocations
	if len(parts) < 4 {
		return p.request.URL.Path, nil
	}
	runtime, _ := url.PathUnescape(parts[2])
	actions := []Action{{Name: "bedrock-agentcore:InvokeAgentRuntime", Resource: runtime}}
	if q := p.request.URL.Query().Get("qualifier"); q != "" {
		actions = append(actions, Action{Name: "bedrock-agentcore:InvokeAgentRuntime", Resource: runtime + "/runtime-endpoint/" + q})
	}
	return "InvokeAgentRuntime", actions
}

func (p parser) connections() (string, []Action) {
	api, _, _ := strings.Cut(p.request.Host, ".")
	stage, rest, _ := strings.Cut(strings.TrimPrefix(p.request.URL.Path, "/"), "/")
	return p.request.Method + " @connections", []Action{{
		Name: "execute-api:ManageConnections", Resource: p.arn("execute-api", api+"/"+stage+"/"+p.request.Method+"/"+rest),
	}}
}

func (p parser) search() (string, []Action) {
	domain := strings.TrimPrefix(strings.Split(p.request.Host, ".")[0], "search-")
	method := strings.ToUpper(p.request.Method[:1]) + strings.ToLower(p.request.Method[1:])
	return p.request.Method, []Action{{Name: "es:ESHttp" + method, Resource: p.arn("es", "domain/"+domain+p.request.URL.Path)}}
}

// leadingKeys are distinct and sorted.
func leadingKeys(keys []string) map[string][]string {
	slices.Sort(keys)
	return map[string][]string{"dynamodb:LeadingKeys": slices.Compact(keys)}
}
