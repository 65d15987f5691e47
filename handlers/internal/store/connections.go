package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Connections are a tenant's open WebSocket connections.
type Connections struct{ t table }

// NewConnections opens the connections in the tenant's part of the connections
// table.
func NewConnections(scope tenant.Scope, tableName string, now Clock) (Connections, error) {
	t, err := open(contract.Connections, tableName, scope, now)
	return Connections{t}, err
}

// Put keeps a connection that opens now, for contract.ConnectionLifetime. It
// takes its id, whose it is and until when; the rest is set here. Its errors are
// *InvalidIDError and those of calls.
func (s Connections) Put(ctx context.Context, c contract.Connection) error {
	sort, err := sortKey(s.t.schema.SK.Pattern, c.ConnectionID)
	if err != nil {
		return err
	}
	now := s.t.now()
	c.TenantID, c.ConnectedAt, c.ExpiresAt = s.t.tenant, Time(now), now.Add(contract.ConnectionLifetime).Unix()
	put, err := s.t.marshal(c, sort, nil)
	if err != nil {
		return err
	}
	if _, err := s.t.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(s.t.name), Item: put}); err != nil {
		return fmt.Errorf("write %s: %w", s.t.schema.Name, err)
	}
	return nil
}

// Remove forgets a connection; it may be gone already. Its errors are
// *InvalidIDError and those of calls.
func (s Connections) Remove(ctx context.Context, id string) error {
	sort, err := sortKey(s.t.schema.SK.Pattern, id)
	if err != nil {
		return err
	}
	if _, err := s.t.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String(s.t.name), Key: s.t.key(sort)}); err != nil {
		return fmt.Errorf("remove from %s: %w", s.t.schema.Name, err)
	}
	return nil
}
