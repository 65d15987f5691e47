package world

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	cognitosrp "github.com/alexrudd/cognito-srp/v4"
	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
)

// SignIn makes a person in the user pool, as an administrator does, signs them
// in as the web client does (by SRP), and returns the ID token.
func (w *World) SignIn(ctx context.Context, p Person) (string, error) {
	pool, client := w.Deployment.Output("foundation", "user_pool_id"), w.Deployment.Output("foundation", "user_pool_client_id")
	users := cognitoidentityprovider.NewFromConfig(w.AWS)
	name, password := p.Name+"@"+p.Tenant+".example", "Correct-horse-7-battery"
	if _, err := users.AdminCreateUser(ctx, &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: aws.String(pool), Username: aws.String(name), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name)}, {Name: aws.String(contract.TenantClaim), Value: aws.String(p.Tenant)}},
	}); err != nil {
		return "", err
	}
	if _, err := users.AdminSetUserPassword(ctx, &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: aws.String(pool), Username: aws.String(name), Password: aws.String(password), Permanent: true,
	}); err != nil {
		return "", err
	}
	if _, err := users.AdminAddUserToGroup(ctx, &cognitoidentityprovider.AdminAddUserToGroupInput{
		UserPoolId: aws.String(pool), Username: aws.String(name), GroupName: aws.String(string(p.Role)),
	}); err != nil {
		return "", err
	}
	srp, err := cognitosrp.NewCognitoSRP(name, password, pool, client, nil)
	if err != nil {
		return "", err
	}
	begun, err := users.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserSrpAuth, ClientId: aws.String(client), AuthParameters: srp.GetAuthParams(),
	})
	if err != nil {
		return "", err
	}
	responses, err := srp.PasswordVerifierChallenge(begun.ChallengeParameters, time.Now())
	if err != nil {
		return "", err
	}
	done, err := users.RespondToAuthChallenge(ctx, &cognitoidentityprovider.RespondToAuthChallengeInput{
		ChallengeName: begun.ChallengeName, ClientId: aws.String(client), ChallengeResponses: responses,
	})
	if err != nil {
		return "", err
	}
	if done.AuthenticationResult == nil {
		return "", fmt.Errorf("signing in asks for %s", done.ChallengeName)
	}
	return aws.ToString(done.AuthenticationResult.IdToken), nil
}

// ErrNotLetIn is the error of a client that the authorizer does not let in.
var ErrNotLetIn = errors.New("the authorizer lets nobody in")

// Client is a client of the WebSocket API.
type Client struct {
	ID    string
	world *World
	who   map[string]any // what the authorizer found
}

// Connect connects a client with a token.
func (w *World) Connect(ctx context.Context, token string) (*Client, error) {
	protocol := contract.WebSocketProtocol + ", " + token
	c := &Client{ID: uuid.NewString()[:12] + "=", world: w}
	var decision events.APIGatewayCustomAuthorizerResponse
	err := w.Invoke(ctx, contract.WebSocketAuthorizer, map[string]any{
		"type": "REQUEST", "methodArn": w.Config.ARN("execute-api", "a1b2c3d4e5/"+SocketStage+"/$connect"),
		"headers":           map[string]string{"Sec-WebSocket-Protocol": protocol},
		"multiValueHeaders": map[string][]string{"Sec-WebSocket-Protocol": {protocol}},
		"requestContext":    c.context(contract.RouteConnect),
	}, &decision)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotLetIn, err)
	}
	for _, s := range decision.PolicyDocument.Statement {
		if s.Effect != "Allow" {
			return nil, ErrNotLetIn
		}
	}
	c.who = decision.Context
	c.who["principalId"] = decision.PrincipalID
	response, err := c.event(ctx, contract.RouteConnect, "")
	if err != nil {
		return nil, err
	}
	if response.StatusCode != 200 || response.Headers["Sec-WebSocket-Protocol"] != contract.WebSocketProtocol {
		return nil, fmt.Errorf("the handshake is answered %d %v", response.StatusCode, response.Headers)
	}
	return c, nil
}

func (c *Client) context(route contract.WebSocketRoute) map[string]any {
	kind := map[contract.WebSocketRoute]string{contract.RouteConnect: "CONNECT", contract.RouteDisconnect: "DISCONNECT"}[route]
	if kind == "" {
		kind = "MESSAGE"
	}
	return map[string]any{
		"routeKey": string(route), "eventType": kind, "stage": SocketStage, "connectionId": c.ID, "requestId": uuid.NewString(),
		"domainName": SocketDomain, "apiId": "a1b2c3d4e5", "authorizer": c.who,
	}
}

func (c *Client) event(ctx context.Context, route contract.WebSocketRoute, body string) (events.APIGatewayProxyResponse, error) {
	var response events.APIGatewayProxyResponse
	return response, c.world.Invoke(ctx, contract.WebSocket, map[string]any{"requestContext": c.context(route), "body": body, "isBase64Encoded": false}, &response)
}

// Send sends a message on the route that its action names.
func (c *Client) Send(ctx context.Context, route contract.WebSocketRoute, message map[string]any) error {
	message["action"] = string(route)
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = c.event(ctx, route, string(body))
	return err
}

// Disconnect closes the client's connection.
func (c *Client) Disconnect(ctx context.Context) error {
	c.world.Connections.Close(c.ID)
	_, err := c.event(ctx, contract.RouteDisconnect, "")
	return err
}

// Events are the events that the client got so far.
func (c *Client) Events() ([]contract.ChatEvent, error) {
	var all []contract.ChatEvent
	for _, text := range c.world.Connections.Sent(c.ID) {
		var e contract.ChatEvent
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return nil, fmt.Errorf("%w: %s", err, text)
		}
		all = append(all, e)
	}
	return all, nil
}
