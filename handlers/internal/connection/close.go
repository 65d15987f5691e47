package connection

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi/types"
)

// Closing is an API that closes connections too. Who only posts needs no more
// than API, and may do no more.
type Closing interface {
	API
	DeleteConnection(context.Context, *apigatewaymanagementapi.DeleteConnectionInput, ...func(*apigatewaymanagementapi.Options)) (*apigatewaymanagementapi.DeleteConnectionOutput, error)
}

// Close closes a connection; it may be closed already. Its errors are
// ErrEndpoint and those of calls, and one of a client that can't.
func (p *Poster) Close(ctx context.Context, endpoint, connectionID string) error {
	if err := p.Check(endpoint, connectionID); err != nil {
		return err
	}
	client, ok := p.of(endpoint).(Closing)
	if !ok {
		return fmt.Errorf("close a connection: %T only posts", p.of(endpoint))
	}
	_, err := client.DeleteConnection(ctx, &apigatewaymanagementapi.DeleteConnectionInput{ConnectionId: aws.String(connectionID)})
	var gone *types.GoneException
	if err != nil && !errors.As(err, &gone) {
		return fmt.Errorf("close a connection: %w", err)
	}
	return nil
}
