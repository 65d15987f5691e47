package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Turns are a tenant's chat turns.
type Turns struct{ t table }

// NewTurns opens the turns in the tenant's part of the connections table.
func NewTurns(scope tenant.Scope, tableName string, now Clock) (Turns, error) {
	t, err := open(contract.Connections, tableName, scope, now)
	return Turns{t}, err
}

// Asked is the digest of a question, for Turn.Asked: a turn's id that comes
// with another one is refused.
func Asked(conversation, ticket, message string) string { return digest(conversation, ticket, message) }

// Accept puts a turn that is to be answered. It takes its id, whose it is, what
// is asked and where the events go; the rest is set here. Where the turn is
// there with the same question of the same person, it returns that one and
// false. Such a turn that is still contract.TurnAccepted may never have been
// handed over, since whoever put it may have ended there: hand it over again, it
// is answered once. Its errors are ErrKeyReused, of an id that was used for
// another question, *InvalidIDError, and those of calls.
func (s Turns) Accept(ctx context.Context, turn contract.Turn) (contract.Turn, bool, error) {
	sort, err := sortKey(contract.ChatTurn, turn.TurnID)
	if err != nil {
		return contract.Turn{}, false, err
	}
	now := s.t.now()
	turn.TenantID, turn.State, turn.LeaseUntil, turn.Attempt, turn.Binding, turn.SeenEvent, turn.Events = s.t.tenant, contract.TurnAccepted, 0, 0, 0, 0, nil
	turn.ExpiresAt = now.Add(RememberFor).Unix()
	if turn.AcceptedAt == "" {
		turn.AcceptedAt = Time(now)
	}
	put, err := s.t.marshal(turn, sort, nil)
	if err != nil {
		return contract.Turn{}, false, err
	}
	e, err := expression.NewBuilder().WithCondition(expression.AttributeNotExists(expression.Name(s.t.schema.PK.Name)).
		Or(expression.Name(contract.TTLAttribute).LessThanEqual(expression.Value(now.Unix())))).Build()
	if err != nil {
		return contract.Turn{}, false, fmt.Errorf("write %s: %w", s.t.schema.Name, err)
	}
	_, err = s.t.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.t.name), Item: put, ConditionExpression: e.Condition(), ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var there *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return turn, true, nil
	case !errors.As(err, &there):
		return contract.Turn{}, false, fmt.Errorf("write %s: %w", s.t.schema.Name, err)
	}
	var found contract.Turn
	if err := s.t.unmarshal(there.Item, &found); err != nil {
		return contract.Turn{}, false, err
	}
	if found.Subject != turn.Subject || found.Asked != turn.Asked {
		return contract.Turn{}, false, ErrKeyReused
	}
	return found, false, nil
}

// Get returns a turn, or ErrNotFound. Whose it is, is for the caller to check.
func (s Turns) Get(ctx context.Context, turnID string) (contract.Turn, error) {
	var turn contract.Turn
	sort, err := sortKey(contract.ChatTurn, turnID)
	if err != nil {
		return turn, ErrNotFound // no turn has such an id
	}
	if err := s.t.get(ctx, sort, &turn); err != nil {
		return contract.Turn{}, err
	}
	if turn.ExpiresAt <= s.t.now().Unix() { // DynamoDB removes it within days
		return contract.Turn{}, ErrNotFound
	}
	return turn, nil
}

// Rebind has the events of a turn that is not done go to another connection,
// those after seenEvent, and returns the turn. One that is done is returned as
// it is: its Events are all that there will be. Its errors are ErrNotFound, of
// another person's turn too, ErrBusy, and those of calls.
func (s Turns) Rebind(ctx context.Context, turnID, subject, connectionID, endpoint string, seenEvent int) (contract.Turn, error) {
	for range maxAttempts {
		turn, err := s.Get(ctx, turnID)
		if err != nil {
			return contract.Turn{}, err
		}
		if turn.Subject != subject {
			return contract.Turn{}, ErrNotFound
		}
		if turn.State == contract.TurnDone {
			return turn, nil
		}
		was := turn.Binding
		turn.ConnectionID, turn.Endpoint, turn.SeenEvent, turn.Binding = connectionID, endpoint, seenEvent, was+1
		_, ok, err := s.change(ctx, turnID, expression.Set(expression.Name("connectionId"), expression.Value(connectionID)).
			Set(expression.Name("endpoint"), expression.Value(endpoint)).Set(expression.Name("seenEvent"), expression.Value(seenEvent)).
			Set(expression.Name("binding"), expression.Value(turn.Binding)),
			expression.Name("binding").Equal(expression.Value(was)).And(expression.Name("state").NotEqual(expression.Value(contract.TurnDone))))
		if ok || err != nil {
			return turn, err
		}
	}
	return contract.Turn{}, fmt.Errorf("rebind a turn: %w", ErrBusy)
}

// change updates a turn where the condition holds. Where it does not, it
// returns the turn as it is and false; ErrNotFound where there is none.
func (s Turns) change(ctx context.Context, turnID string, update expression.UpdateBuilder, condition expression.ConditionBuilder) (contract.Turn, bool, error) {
	var found contract.Turn
	sort, err := sortKey(contract.ChatTurn, turnID)
	if err != nil {
		return found, false, ErrNotFound
	}
	e, err := expression.NewBuilder().WithUpdate(update).WithCondition(condition).Build()
	if err != nil {
		return found, false, fmt.Errorf("update %s: %w", s.t.schema.Name, err)
	}
	_, err = s.t.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.t.name), Key: s.t.key(sort), UpdateExpression: e.Update(), ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var failed *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return found, true, nil
	case !errors.As(err, &failed):
		return found, false, fmt.Errorf("update %s: %w", s.t.schema.Name, err)
	case len(failed.Item) == 0:
		return found, false, ErrNotFound
	}
	err = s.t.unmarshal(failed.Item, &found)
	return found, false, err
}
