package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
)

// RememberFor is how long a write with an idempotency key is remembered.
const RememberFor = 24 * time.Hour

// Request is a write as its client may send it again. One without a Key is not
// remembered.
type Request struct {
	Key     string // of the client
	Subject string // who sent it: another's key is another request
	// What is the request itself: a key that comes with another What is refused.
	What string
}

// Event is what is told to others once a write is done.
type Event struct {
	Type   string `dynamodbav:"type"` // one of contract's event types
	Detail string `dynamodbav:"detail"`
}

// Written is the result of a write.
type Written[T any] struct {
	Item     T
	Replayed bool // it was written before, by the same request
	// Event was not told to others yet, as far as is known: who told it calls the
	// store's Told.
	Event *Event
}

// record is what is remembered of a request.
type record[T any] struct {
	What      string `dynamodbav:"what"`
	Answer    T      `dynamodbav:"answer"`
	Event     *Event `dynamodbav:"event,omitempty"`
	ExpiresAt int64  `dynamodbav:"expiresAt"` // Unix seconds; contract.TTLAttribute
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (r Request) sortKey() string {
	return must(contract.Key(contract.IdempotentRequest, digest(r.Subject, r.Key)))
}

// recall returns what is remembered of the request; nil where that is nothing.
func recall[T any](ctx context.Context, t table, r Request) (*Written[T], error) {
	if r.Key == "" {
		return nil, nil
	}
	var found record[T]
	err := t.get(ctx, r.sortKey(), &found)
	if errors.Is(err, ErrNotFound) || (err == nil && found.ExpiresAt <= t.now().Unix()) { // DynamoDB removes it within days
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if found.What != digest(r.What) {
		return nil, ErrKeyReused
	}
	return &Written[T]{Item: found.Answer, Replayed: true, Event: found.Event}, nil
}

// remember is the write of what is remembered. It fails where another request
// with the key came first.
func remember[T any](t table, r Request, answer T, event *Event) (types.TransactWriteItem, error) {
	now := t.now()
	put, err := t.marshal(record[T]{What: digest(r.What), Answer: answer, Event: event, ExpiresAt: now.Add(RememberFor).Unix()}, r.sortKey(), nil)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	free := expression.AttributeNotExists(expression.Name(t.schema.PK.Name)).
		Or(expression.Name(contract.TTLAttribute).LessThanEqual(expression.Value(now.Unix())))
	return t.put(put, free)
}

// told forgets the event of a remembered write.
func (t table) told(ctx context.Context, r Request) error {
	if r.Key == "" {
		return nil
	}
	e, err := expression.NewBuilder().
		WithUpdate(expression.Remove(expression.Name("event"))).
		WithCondition(expression.AttributeExists(expression.Name(t.schema.PK.Name))).Build()
	if err != nil {
		return fmt.Errorf("update %s: %w", t.schema.Name, err)
	}
	_, err = t.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(t.name), Key: t.key(r.sortKey()), UpdateExpression: e.Update(), ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	})
	var gone *types.ConditionalCheckFailedException
	if err != nil && !errors.As(err, &gone) { // gone: it expired meanwhile
		return fmt.Errorf("update %s: %w", t.schema.Name, err)
	}
	return nil
}
