package fakeaws

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockagentcore"

	"github.com/flowops/flowops/contract"
)

// AgentCall is a call of a tenant's agent.
type AgentCall struct {
	ARN, Endpoint, Session string
	Request                contract.AgentRequest
}

// AgentCore runs the tenants' agents: Answer is what they answer, by the media
// type and the body. A call's context ends the reading of its body. Config's
// credentials are who calls.
type AgentCore struct {
	C      *Cloud
	Config aws.Config
	Answer func(AgentCall) (media string, body io.Reader, err error)
}

// InvokeAgentRuntime calls an agent.
func (a AgentCore) InvokeAgentRuntime(ctx context.Context, in *bedrockagentcore.InvokeAgentRuntimeInput, _ ...func(*bedrockagentcore.Options)) (*bedrockagentcore.InvokeAgentRuntimeOutput, error) {
	after, err := a.begin(ctx, aws.ToString(in.AgentRuntimeArn))
	if err != nil {
		return nil, err
	}
	call := AgentCall{ARN: aws.ToString(in.AgentRuntimeArn), Endpoint: aws.ToString(in.Qualifier), Session: aws.ToString(in.RuntimeSessionId)}
	if n := len(call.Session); n < 33 || n > 256 || aws.ToString(in.ContentType) != "application/json" || aws.ToString(in.Accept) != "text/event-stream" {
		panic("AgentCore would refuse the call, or answer in another form")
	}
	if err := json.Unmarshal(in.Payload, &call.Request); err != nil {
		panic(err)
	}
	media, body, err := a.Answer(call)
	if err != nil || after != nil {
		return nil, first(err, after)
	}
	return &bedrockagentcore.InvokeAgentRuntimeOutput{ContentType: aws.String(media), Response: io.NopCloser(until{ctx, body})}, nil
}

// begin judges a call as the tenant access role does, by the runtime's tag.
func (a AgentCore) begin(ctx context.Context, arn string) (after, err error) {
	a.C.mu.Lock()
	defer a.C.mu.Unlock()
	if after, err = a.C.begin("InvokeAgentRuntime"); err != nil {
		return nil, err
	}
	if tenant := a.C.tenantOf(ctx, a.Config); tenant == "" || arn != runtimeOf(tenant) {
		return nil, a.C.deny("bedrock-agentcore:InvokeAgentRuntime " + arn)
	}
	return after, nil
}

// runtimeOf is the ARN of a tenant's runtime.
func runtimeOf(tenant string) string {
	return "arn:aws:bedrock-agentcore:us-east-1:111111111111:runtime/" + contract.RuntimeName("flowops_dev_", tenant)
}

// until is a body whose reading ends with its call's context, as HTTP's does.
type until struct {
	ctx  context.Context
	body io.Reader
}

func (u until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.body.Read(p)
}

// Events is a stream of server-sent events.
func Events(events ...contract.AgentEvent) io.Reader {
	var b bytes.Buffer
	for _, e := range events {
		text, err := json.Marshal(e)
		if err != nil {
			panic(err)
		}
		b.WriteString("data: " + string(text) + "\n\n")
	}
	return &b
}
