package fakeaws

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi/types"

	"github.com/flowops/flowops/contract"
)

// Connections are the clients of one WebSocket API.
type Connections struct {
	c      *Cloud
	posts  map[string][]contract.ChatEvent
	gone   map[string]bool
	onPost func(id string, event contract.ChatEvent)
}

// NewConnections is an API with every connection open.
func (c *Cloud) NewConnections() *Connections {
	return &Connections{c: c, posts: map[string][]contract.ChatEvent{}, gone: map[string]bool{}}
}

// Close makes a connection one that is gone.
func (s *Connections) Close(id string) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.gone[id] = true
}

// OnPost has do happen right after an event came to a connection.
func (s *Connections) OnPost(do func(id string, event contract.ChatEvent)) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.onPost = do
}

// Got are the events that came to a connection.
func (s *Connections) Got(id string) []contract.ChatEvent {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return append([]contract.ChatEvent(nil), s.posts[id]...)
}

// PostToConnection sends an event to a client.
func (s *Connections) PostToConnection(_ context.Context, in *apigatewaymanagementapi.PostToConnectionInput, _ ...func(*apigatewaymanagementapi.Options)) (*apigatewaymanagementapi.PostToConnectionOutput, error) {
	after, do, event, err := s.post(in)
	if err != nil {
		return nil, err
	}
	if do != nil {
		do(aws.ToString(in.ConnectionId), event)
	}
	return &apigatewaymanagementapi.PostToConnectionOutput{}, after
}

func (s *Connections) post(in *apigatewaymanagementapi.PostToConnectionInput) (after error, do func(string, contract.ChatEvent), event contract.ChatEvent, err error) { //nolint:revive // two errors: of before and after
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	after, err = s.c.begin("PostToConnection")
	if err != nil {
		return nil, nil, event, err
	}
	id := aws.ToString(in.ConnectionId)
	if s.gone[id] {
		return nil, nil, event, &types.GoneException{}
	}
	if len(in.Data) > 128<<10 { // API Gateway quotas
		return nil, nil, event, &types.PayloadTooLargeException{}
	}
	if err := json.Unmarshal(in.Data, &event); err != nil || strings.HasSuffix(string(in.Data), "\n") {
		panic("a message that is not one JSON object")
	}
	s.posts[id] = append(s.posts[id], event)
	return after, s.onPost, event, nil
}
