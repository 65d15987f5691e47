package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Item is an item with all of its attributes.
type Item = map[string]types.AttributeValue

// Items are all of a tenant's items of a table, whatever they are: to be written
// down, or to be erased.
type Items struct{ t table }

// NewItems opens the tenant's part of a table.
func NewItems(scope tenant.Scope, schema contract.Table, tableName string, now Clock) (Items, error) {
	t, err := open(schema, tableName, scope, now)
	return Items{t}, err
}

// Page returns at most limit items whose sort keys begin so, from behind the sort
// key after on; and the sort key to go on behind, empty at the end.
func (s Items) Page(ctx context.Context, begins, after string, limit int) ([]Item, string, error) {
	return s.query(ctx, selection{partition: s.t.partition(), begins: begins}, after, limit)
}

// Keys returns the keys of at most limit items, the first ones: none where the
// tenant has no items.
func (s Items) Keys(ctx context.Context, limit int) ([]Item, error) {
	items, _, err := s.query(ctx, selection{partition: s.t.partition(), keysOnly: true}, "", limit)
	return items, err
}

func (s Items) query(ctx context.Context, part selection, after string, limit int) ([]Item, string, error) {
	in, err := s.t.input(part)
	if err != nil {
		return nil, "", err
	}
	if after != "" {
		in.ExclusiveStartKey = s.t.key(after)
	}
	in.Limit = aws.Int32(int32(limit)) //nolint:gosec // a page's
	out, err := s.t.db.Query(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("query %s: %w", s.t.schema.Name, err)
	}
	next, err := position(out.LastEvaluatedKey)
	return out.Items, next[s.t.schema.SK.Name], err
}

// MaxBatch is the most that one call deletes (BatchWriteItem: 25 requests).
const MaxBatch = 25

// Delete deletes at most MaxBatch items by their keys. It returns how many it
// deleted: those that DynamoDB had no capacity for stay, with the error ErrBusy.
// Its other errors are those of the call.
func (s Items) Delete(ctx context.Context, keys []Item) (int, error) {
	requests := make([]types.WriteRequest, len(keys))
	for i, key := range keys {
		requests[i] = types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}}
	}
	out, err := s.t.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{s.t.name: requests}})
	if err != nil {
		return 0, fmt.Errorf("delete from %s: %w", s.t.schema.Name, err)
	}
	if left := len(out.UnprocessedItems[s.t.name]); left > 0 {
		return len(keys) - left, ErrBusy
	}
	return len(keys), nil
}
