package fakeaws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi"
	apitypes "github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// Sockets are the clients of a WebSocket API, by their connections. All are
// open that were not closed.
type Sockets struct {
	C *Cloud

	sent   map[string][]string // messages by connection
	closed map[string]bool
}

// Hang closes a connection from the client's side.
func (s *Sockets) Hang(connection string) {
	s.C.mu.Lock()
	defer s.C.mu.Unlock()
	s.close(connection)
}

func (s *Sockets) close(connection string) {
	if s.closed == nil {
		s.closed = map[string]bool{}
	}
	s.closed[connection] = true
}

// Closed reports whether a connection is closed.
func (s *Sockets) Closed(connection string) bool {
	s.C.mu.Lock()
	defer s.C.mu.Unlock()
	return s.closed[connection]
}

// Sent are the messages that reached a client so far.
func (s *Sockets) Sent(connection string) []string {
	s.C.mu.Lock()
	defer s.C.mu.Unlock()
	return slices.Clone(s.sent[connection])
}

// PostToConnection sends a message.
func (s *Sockets) PostToConnection(ctx context.Context, in *apigatewaymanagementapi.PostToConnectionInput, _ ...func(*apigatewaymanagementapi.Options)) (*apigatewaymanagementapi.PostToConnectionOutput, error) {
	s.C.mu.Lock()
	defer s.C.mu.Unlock()
	after, err := s.C.begin("PostToConnection")
	if err := first(err, ctx.Err()); err != nil {
		return nil, err
	}
	id := aws.ToString(in.ConnectionId)
	if s.closed[id] {
		return nil, &apitypes.GoneException{}
	}
	if s.sent == nil {
		s.sent = map[string][]string{}
	}
	s.sent[id] = append(s.sent[id], string(in.Data))
	return &apigatewaymanagementapi.PostToConnectionOutput{}, after
}

// DeleteConnection closes a connection.
func (s *Sockets) DeleteConnection(_ context.Context, in *apigatewaymanagementapi.DeleteConnectionInput, _ ...func(*apigatewaymanagementapi.Options)) (*apigatewaymanagementapi.DeleteConnectionOutput, error) {
	s.C.mu.Lock()
	defer s.C.mu.Unlock()
	after, err := s.C.begin("DeleteConnection")
	if err != nil {
		return nil, err
	}
	id := aws.ToString(in.ConnectionId)
	if s.closed[id] {
		return nil, &apitypes.GoneException{}
	}
	s.close(id)
	return &apigatewaymanagementapi.DeleteConnectionOutput{}, after
}

// Functions are Lambda functions that are invoked asynchronously: the payloads
// are kept.
type Functions struct {
	C *Cloud

	invoked []Invoked
}

// Invoked is an asynchronous invocation.
type Invoked struct{ Function, Payload string }

// Invoked are the invocations so far.
func (f *Functions) Invoked() []Invoked {
	f.C.mu.Lock()
	defer f.C.mu.Unlock()
	return slices.Clone(f.invoked)
}

// Invoke takes an asynchronous invocation.
func (f *Functions) Invoke(_ context.Context, in *lambda.InvokeInput, _ ...func(*lambda.Options)) (*lambda.InvokeOutput, error) {
	f.C.mu.Lock()
	defer f.C.mu.Unlock()
	after, err := f.C.begin("Invoke")
	if err != nil {
		return nil, err
	}
	if in.InvocationType != lambdatypes.InvocationTypeEvent {
		panic("a synchronous invocation is not in this fake")
	}
	f.invoked = append(f.invoked, Invoked{aws.ToString(in.FunctionName), string(in.Payload)})
	return &lambda.InvokeOutput{StatusCode: 202}, after
}
