// Command websocketauthorizer verifies the Cognito token of a client that
// opens a WebSocket connection.
package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/idtoken"
	"github.com/flowops/flowops/handlers/internal/start"
)

func main() { start.Lambda(contract.WebSocketAuthorizer, wire) }

// wire fetches nothing: the keys come with the first token, so that a cold
// start waits for them once and not twice.
func wire(_ context.Context, in start.Input) (start.Handler[events.APIGatewayCustomAuthorizerRequestTypeRequest, events.APIGatewayCustomAuthorizerResponse], error) {
	pool, err := idtoken.PoolOf(in.Env[contract.EnvUserPoolID])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", contract.EnvUserPoolID, err)
	}
	h := handler{log: in.Log, tokens: idtoken.Verifier{
		Issuer: pool.Issuer, ClientID: in.Env[contract.EnvUserPoolClientID], Allowed: []contract.Role{contract.RoleAdmin, contract.RoleAgent},
		Keys: idtoken.NewKeys(idtoken.Fetch(http.DefaultClient, pool.KeysURL), time.Now, in.Log), Now: time.Now,
	}}
	return h.handle, nil
}
