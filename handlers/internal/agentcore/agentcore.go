// Package agentcore asks a tenant's agent on AgentCore and reads its answer,
// within bounds: what an agent says is a model's words.
package agentcore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockagentcore"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/sse"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// Bounds of what an agent answers.
const (
	maxEvent  = 256 << 10 // bytes
	maxEvents = 20_000
	maxTotal  = 2 << 20 // bytes
)

// Media types of a request and of an answer that is not streamed.
const mediaJSON = "application/json"

// API is AgentCore.
type API interface {
	InvokeAgentRuntime(context.Context, *bedrockagentcore.InvokeAgentRuntimeInput, ...func(*bedrockagentcore.Options)) (*bedrockagentcore.InvokeAgentRuntimeOutput, error)
}

// Question is what an agent is asked.
type Question struct {
	Agent   contract.AgentConfiguration
	Session string // id of the runtime session
	Request contract.AgentRequest
}

// Ask asks the agent and calls emit with each event of its answer but the last,
// in order, as they come. It returns the answer, whose parts are checked. Its
// error is a *Failure.
func Ask(ctx context.Context, api API, q Question, emit func(contract.AgentEvent)) (contract.AgentAnswer, error) {
	payload, err := json.Marshal(q.Request)
	if err != nil {
		return contract.AgentAnswer{}, &Failure{contract.AgentErrorInvalid, err}
	}
	in := &bedrockagentcore.InvokeAgentRuntimeInput{
		AgentRuntimeArn: aws.String(q.Agent.AgentARN), Qualifier: aws.String(q.Agent.AgentAliasID), RuntimeSessionId: aws.String(q.Session),
		Payload: payload, ContentType: aws.String(mediaJSON), Accept: aws.String(sse.MediaType),
	}
	if trace := telemetry.TraceHeader(ctx); trace != "" {
		in.TraceId = aws.String(trace)
	}
	out, err := api.InvokeAgentRuntime(ctx, in)
	if err != nil {
		return contract.AgentAnswer{}, failure(ctx, err)
	}
	defer func() { _ = out.Response.Close() }()
	// Whatever the stream is made of, its reading ends with the time for it.
	stop := context.AfterFunc(ctx, func() { _ = out.Response.Close() })
	defer stop()
	answer, err := read(out, emit)
	if err == nil {
		err = check(&answer)
	}
	if err != nil {
		return contract.AgentAnswer{}, failure(ctx, err)
	}
	return answer, nil
}

func read(out *bedrockagentcore.InvokeAgentRuntimeOutput, emit func(contract.AgentEvent)) (contract.AgentAnswer, error) {
	media, _, err := mime.ParseMediaType(aws.ToString(out.ContentType))
	if err != nil {
		return contract.AgentAnswer{}, errors.New("the answer has no media type")
	}
	switch media {
	case sse.MediaType:
		return readEvents(sse.NewReader(out.Response, sse.Limits{Event: maxEvent, Events: maxEvents, Total: maxTotal}), emit)
	case mediaJSON:
		return readJSON(out.Response)
	}
	return contract.AgentAnswer{}, errors.New("the answer has another media type")
}

func readJSON(from io.Reader) (contract.AgentAnswer, error) {
	var answer contract.AgentAnswer
	text, err := io.ReadAll(io.LimitReader(from, maxEvent+1))
	switch {
	case err != nil:
		return answer, fmt.Errorf("read the answer: %w", err)
	case len(text) > maxEvent:
		return answer, sse.ErrTooLarge
	case json.Unmarshal(text, &answer) != nil:
		return answer, errMalformed
	}
	return answer, nil
}

// errMalformed stands for the errors of decoding, which may quote the answer.
var errMalformed = errors.New("the answer is not as it must be")

func readEvents(from *sse.Reader, emit func(contract.AgentEvent)) (contract.AgentAnswer, error) {
	for {
		data, err := from.Next()
		if errors.Is(err, io.EOF) {
			return contract.AgentAnswer{}, errors.New("the stream ended without an answer")
		}
		if err != nil {
			return contract.AgentAnswer{}, fmt.Errorf("read the stream: %w", err)
		}
		var event contract.AgentEvent
		if json.Unmarshal(data, &event) != nil {
			return contract.AgentAnswer{}, errMalformed
		}
		switch event.Type {
		case contract.AgentEventAnswer:
			if event.Answer == nil {
				return contract.AgentAnswer{}, errMalformed
			}
			return *event.Answer, nil
		case contract.AgentEventError:
			if event.Error == nil {
				return contract.AgentAnswer{}, errMalformed
			}
			return contract.AgentAnswer{}, &Failure{known(event.Error.Code), errors.New("the agent says so")}
		default:
			if passes(&event) { // types that are not known mean nothing here
				emit(event)
			}
		}
	}
}
