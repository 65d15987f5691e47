package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Attempts of a transaction that others get in the way of, and the longest
// pause before another one.
const (
	maxAttempts = 4
	maxPause    = 80 * time.Millisecond
)

// conditionError is the error of a transaction whose item number failed its
// condition.
type conditionError struct {
	number int
	found  item // as it is; empty where there is none
}

func (e *conditionError) Error() string {
	return fmt.Sprintf("the condition of write %d failed", e.number)
}

func (t table) put(put item, condition expression.ConditionBuilder) (types.TransactWriteItem, error) {
	e, err := expression.NewBuilder().WithCondition(condition).Build()
	if err != nil {
		return types.TransactWriteItem{}, fmt.Errorf("write %s: %w", t.schema.Name, err)
	}
	return types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(t.name), Item: put, ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, nil
}

func (t table) update(sort string, update expression.UpdateBuilder, condition expression.ConditionBuilder) (types.TransactWriteItem, error) {
	e, err := expression.NewBuilder().WithUpdate(update).WithCondition(condition).Build()
	if err != nil {
		return types.TransactWriteItem{}, fmt.Errorf("write %s: %w", t.schema.Name, err)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(t.name), Key: t.key(sort), UpdateExpression: e.Update(), ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, nil
}

// transact does all writes or none. Its errors are *conditionError, ErrBusy, and
// those of the call.
func (t table) transact(ctx context.Context, writes ...types.TransactWriteItem) error {
	for attempt := 1; ; attempt++ {
		_, err := t.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
		if err == nil {
			return nil
		}
		var canceled *types.TransactionCanceledException
		var running *types.TransactionInProgressException
		if !errors.As(err, &canceled) && !errors.As(err, &running) {
			return fmt.Errorf("write %s: %w", t.schema.Name, err)
		}
		if canceled != nil {
			busy := false
			for n, reason := range canceled.CancellationReasons {
				switch aws.ToString(reason.Code) {
				case "ConditionalCheckFailed":
					return &conditionError{n, reason.Item}
				case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
					busy = true
				}
			}
			if !busy {
				return fmt.Errorf("write %s: %w", t.schema.Name, err)
			}
		}
		if attempt == maxAttempts {
			return fmt.Errorf("write %s: %w: %w", t.schema.Name, ErrBusy, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("write %s: %w", t.schema.Name, ctx.Err())
		case <-time.After(rand.N(maxPause)): // full jitter
		}
	}
}

// commit does the writes and remembers the request with its answer, where it
// has a key. Where the same request came first meanwhile, it returns that one's
// result. A *conditionError is about the writes, never about the request.
func commit[T any](ctx context.Context, t table, r Request, result T, event *Event, writes ...types.TransactWriteItem) (Written[T], error) {
	done := Written[T]{Item: result, Event: event}
	if r.Key == "" {
		return done, t.transact(ctx, writes...)
	}
	memory, err := remember(t, r, result, event)
	if err != nil {
		return Written[T]{}, err
	}
	// The memory stands first: of several failed conditions its is the one that counts.
	err = t.transact(ctx, append([]types.TransactWriteItem{memory}, writes...)...)
	var failed *conditionError
	if !errors.As(err, &failed) {
		return done, err
	}
	if failed.number > 0 {
		return done, &conditionError{failed.number - 1, failed.found}
	}
	before, err := recall[T](ctx, t, r)
	if err != nil {
		return Written[T]{}, err
	}
	if before == nil {
		return Written[T]{}, fmt.Errorf("%w: the remembered request is gone", ErrBusy)
	}
	return *before, nil
}
