package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
)

// AgentRecord is the item of a tenant's agent with what is the provisioner's
// alone.
type AgentRecord struct {
	contract.AgentConfiguration

	// Holder is who works on the tenant, until HeldUntil (Unix milliseconds).
	// Others leave it alone meanwhile.
	Holder    string `dynamodbav:"holder,omitempty"`
	HeldUntil int64  `dynamodbav:"heldUntil,omitempty"`

	// Runtimes are the ids of the runtimes that the tenant had: their log groups
	// may be there still.
	Runtimes  []string     `dynamodbav:"runtimes,omitempty"`
	Told      bool         `dynamodbav:"told,omitempty"`      // the event of the onboarding is on the bus
	Change    *AgentChange `dynamodbav:"change,omitempty"`    // under way
	Changed   *AgentChange `dynamodbav:"changed,omitempty"`   // the last one that was done
	Operation string       `dynamodbav:"operation,omitempty"` // audit id of the offboarding
	// Report is what the offboarding removed so far.
	Report *contract.RemovalReport `dynamodbav:"report,omitempty"`
	// By is who asked for the offboarding (the person's "sub"), and Attempt counts
	// the executions that export and erase the data: both of contract.AgentErasing.
	By      string `dynamodbav:"by,omitempty"`
	Attempt int    `dynamodbav:"attempt,omitempty"`
}

// AgentChange is a change of settings that is under way.
type AgentChange struct {
	From int    `dynamodbav:"from"` // version that it was asked for
	Body string `dynamodbav:"body"` // the request's, as compact JSON
}

// Attributes of a record that conditions name.
const (
	attributeHolder    = "holder"
	attributeHeldUntil = "heldUntil"
	attributeState     = "state"
	attributeVersion   = "version"
	attributeUpdatedAt = "updatedAt"
	attributeOperation = "operation"
)

// ErrHeld is the error of a tenant that somebody else works on.
var ErrHeld = errors.New("somebody else works on the tenant's agent")

// Record returns the item of the tenant's agent, ready or not. Its errors are
// ErrNotFound and those of calls.
func (s Agents) Record(ctx context.Context) (AgentRecord, error) {
	var r AgentRecord
	if err := s.t.get(ctx, s.sortKey(), &r); err != nil {
		return AgentRecord{}, err
	}
	return r, nil
}

// Hold makes holder, a name that nobody else has, the only one who works on the
// tenant for that long, and writes what begin makes of the item as it is: of the
// zero record where there is none. Its errors are ErrHeld, ErrBusy, of an item
// that changed meanwhile, begin's, and those of calls.
func (s Agents) Hold(ctx context.Context, holder string, long time.Duration, begin func(AgentRecord) (AgentRecord, error)) (AgentRecord, error) {
	now := s.t.now().UnixMilli()
	standing, err := s.Record(ctx)
	there := !errors.Is(err, ErrNotFound)
	if err != nil && there {
		return AgentRecord{}, err
	}
	if standing.Holder != "" && standing.HeldUntil > now {
		return AgentRecord{}, ErrHeld
	}
	next, err := begin(standing)
	if err != nil {
		return AgentRecord{}, err
	}
	free := expression.AttributeNotExists(expression.Name(s.t.schema.PK.Name))
	if there {
		free = s.unheld(now).And(expression.Name(attributeState).Equal(expression.Value(standing.State))).
			And(expression.Name(attributeVersion).Equal(expression.Value(standing.Version))).
			And(expression.Name(attributeUpdatedAt).Equal(expression.Value(standing.UpdatedAt)))
	}
	next.Holder, next.HeldUntil = holder, now+long.Milliseconds()
	return s.put(ctx, next, free, ErrBusy)
}

func (s Agents) unheld(now int64) expression.ConditionBuilder {
	return expression.AttributeNotExists(expression.Name(attributeHolder)).Or(expression.Name(attributeHeldUntil).LessThanEqual(expression.Value(now)))
}

// Replace writes what was made of a record that nobody holds, where it is still
// as it was read. Its errors are ErrBusy, of one that changed or that somebody
// holds now, and those of calls.
func (s Agents) Replace(ctx context.Context, r AgentRecord) (AgentRecord, error) {
	same := s.unheld(s.t.now().UnixMilli()).And(expression.Name(attributeUpdatedAt).Equal(expression.Value(r.UpdatedAt))).
		And(expression.Name(attributeOperation).Equal(expression.Value(r.Operation)))
	r.Holder, r.HeldUntil = "", 0
	return s.put(ctx, r, same, ErrBusy)
}

// Save writes the record as its holder has it. Its errors are ErrHeld, of one
// who holds it no longer, and those of calls.
func (s Agents) Save(ctx context.Context, r AgentRecord) (AgentRecord, error) {
	return s.put(ctx, r, expression.Name(attributeHolder).Equal(expression.Value(r.Holder)), ErrHeld)
}

// Release writes the record and lets others work on the tenant, with the errors
// of Save.
func (s Agents) Release(ctx context.Context, r AgentRecord) (AgentRecord, error) {
	mine := expression.Name(attributeHolder).Equal(expression.Value(r.Holder))
	r.Holder, r.HeldUntil = "", 0
	return s.put(ctx, r, mine, ErrHeld)
}

// put writes a record under a condition. That it was written before, by the same
// call whose answer was lost, is no failure. Where the condition fails it returns
// other.
func (s Agents) put(ctx context.Context, r AgentRecord, condition expression.ConditionBuilder, other error) (AgentRecord, error) {
	r.TenantID, r.AgentID, r.UpdatedAt = s.t.tenant, contract.DefaultAgent, Time(s.t.now())
	if r.CreatedAt == "" {
		r.CreatedAt = r.UpdatedAt
	}
	item, err := s.t.marshal(r, s.sortKey(), nil)
	if err != nil {
		return AgentRecord{}, err
	}
	write, err := s.t.put(item, condition)
	if err != nil {
		return AgentRecord{}, err
	}
	in := write.Put
	_, err = s.t.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: in.TableName, Item: in.Item, ConditionExpression: in.ConditionExpression, ExpressionAttributeNames: in.ExpressionAttributeNames,
		ExpressionAttributeValues: in.ExpressionAttributeValues, ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
	})
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		var standing AgentRecord
		// A released record has no holder to tell it by.
		if s.t.unmarshal(failed.Item, &standing) == nil && standing.Holder == r.Holder && (r.Holder != "" || standing.UpdatedAt == r.UpdatedAt) {
			return r, nil
		}
		return AgentRecord{}, other
	}
	if err != nil {
		return AgentRecord{}, fmt.Errorf("write %s: %w", s.t.schema.Name, err)
	}
	return r, nil
}

// Remove deletes the item of a tenant that is offboarded. That it is gone already
// is no error. Its errors are those of Save.
func (s Agents) Remove(ctx context.Context, r AgentRecord) error {
	return s.remove(ctx, expression.Name(attributeHolder).Equal(expression.Value(r.Holder)))
}

// RemoveErased is Remove of a tenant whose data was erased by the operation: of
// none that came anew since.
func (s Agents) RemoveErased(ctx context.Context, operation string) error {
	return s.remove(ctx, expression.Name(attributeOperation).Equal(expression.Value(operation)).
		And(expression.Name(attributeState).Equal(expression.Value(contract.AgentErasing))))
}

func (s Agents) remove(ctx context.Context, mine expression.ConditionBuilder) error {
	mine = mine.Or(expression.AttributeNotExists(expression.Name(s.t.schema.PK.Name)))
	e, err := expression.NewBuilder().WithCondition(mine).Build()
	if err != nil {
		return fmt.Errorf("delete from %s: %w", s.t.schema.Name, err)
	}
	_, err = s.t.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String(s.t.name), Key: s.t.key(s.sortKey()), ConditionExpression: e.Condition(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	})
	var failed *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &failed):
		return ErrHeld
	case err != nil:
		return fmt.Errorf("delete from %s: %w", s.t.schema.Name, err)
	}
	return nil
}
