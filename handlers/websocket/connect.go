package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/store"
)

// connect lets a client in, whose token the authorizer verified. A status other
// than 200 is what its handshake gets, without a body.
func (c *call) connect(ctx context.Context) events.APIGatewayProxyResponse {
	if err := c.admit(); err != nil {
		var r *refusal
		if !errors.As(err, &r) {
			c.log.ErrorContext(ctx, "connect refused: messages could not be sent", "error", fault.Describe(err))
			return answer(http.StatusInternalServerError)
		}
		c.logRefusal(ctx, r)
		return answer(http.StatusUnauthorized)
	}
	if err := c.open(ctx); err != nil {
		c.log.ErrorContext(ctx, "connect failed", "error", fault.Describe(err))
		c.countError(ctx)
		return answer(http.StatusServiceUnavailable)
	}
	c.log.InfoContext(ctx, "connected")
	response := answer(http.StatusOK)
	// The client offered it with its token: the authorizer lets no other in.
	response.Headers["Sec-WebSocket-Protocol"] = contract.WebSocketProtocol
	return response
}

func (c *call) open(ctx context.Context) error {
	connections, err := c.stored(ctx)
	if err != nil {
		return err
	}
	expiry, _ := c.expiry()
	return connections.Put(ctx, contract.Connection{ConnectionID: c.id, Subject: c.who.Subject(), TokenExpiry: expiry.Unix()})
}

// disconnect forgets a connection, be it known or not. API Gateway tells of a
// closed connection as well as it can, and once; what it does not tell of
// expires.
func (c *call) disconnect(ctx context.Context) {
	if err := c.admit(); err != nil && c.who.Tenant() == "" {
		c.log.WarnContext(ctx, "disconnect of nobody", "error", err.Error())
		return
	}
	c.forget(ctx)
	c.log.InfoContext(ctx, "disconnected")
}

// forget removes the connection's item. Where that fails, the item expires.
func (c *call) forget(ctx context.Context) {
	if c.who.Tenant() == "" {
		return
	}
	connections, err := c.stored(ctx)
	if err == nil {
		err = connections.Remove(ctx, c.id)
	}
	if err != nil {
		c.log.WarnContext(ctx, "connection not forgotten", "error", fault.Describe(err))
	}
}

func (c *call) stored(ctx context.Context) (store.Connections, error) {
	scope, err := c.scopes.Scope(ctx, c.who)
	if err != nil {
		return store.Connections{}, err
	}
	return store.NewConnections(scope, c.connections, c.now)
}

func (c *call) turns(ctx context.Context) (store.Turns, error) {
	scope, err := c.scopes.Scope(ctx, c.who)
	if err != nil {
		return store.Turns{}, err
	}
	return store.NewTurns(scope, c.connections, c.now)
}
