package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Audit is a tenant's approval chains: the steps of its actions. Steps are
// added, and never changed or removed.
type Audit struct{ t table }

// NewAudit opens the tenant's part of the audit table.
func NewAudit(scope tenant.Scope, tableName string, now Clock) (Audit, error) {
	t, err := open(contract.Audit, tableName, scope, now)
	return Audit{t}, err
}

// maxChain is more items than an action has places.
const maxChain = 10

// Append adds a step to its action's chain, where the step's place is free. It
// sets TenantID and At. It returns the item that now stands there, and whether
// that is the one that it added: a step that was taken before, perhaps by the
// same call whose answer was lost, is the other one. Its errors are ErrNotFound,
// of an id that no action can have, and those of calls.
func (s Audit) Append(ctx context.Context, step contract.AuditItem) (contract.AuditItem, bool, error) {
	in, err := s.append(&step)
	if err != nil {
		return contract.AuditItem{}, false, err
	}
	_, err = s.t.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: in.TableName, Item: in.Item, ConditionExpression: in.ConditionExpression, ExpressionAttributeNames: in.ExpressionAttributeNames,
		ExpressionAttributeValues: in.ExpressionAttributeValues, ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
	})
	var taken *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return step, true, nil
	case errors.As(err, &taken):
		var standing contract.AuditItem
		err := s.t.unmarshal(taken.Item, &standing)
		return standing, false, err
	}
	return contract.AuditItem{}, false, fmt.Errorf("write %s: %w", s.t.schema.Name, err)
}

// append is the write of a step, whose TenantID and At it sets.
func (s Audit) append(step *contract.AuditItem) (*types.Put, error) {
	place := contract.AuditPlace(step.Step)
	if place == "" {
		return nil, fmt.Errorf("write %s: there is no step %q", s.t.schema.Name, step.Step)
	}
	requested, err := ActionTime(step.ActionID)
	if err != nil {
		return nil, err
	}
	sort, err := contract.AuditKey(Time(requested), step.ActionID, place)
	if err != nil {
		return nil, ErrNotFound
	}
	step.TenantID, step.At = s.t.tenant, Time(s.t.now())
	put, err := s.t.marshal(*step, sort, nil)
	if err != nil {
		return nil, err
	}
	write, err := s.t.put(put, expression.AttributeNotExists(expression.Name(s.t.schema.PK.Name)))
	return write.Put, err
}

// Chain returns the steps of an action, in the order of their places. Whose they
// are and of which action is what their keys say: a tenant's agent writes items
// too, and could write another id into them. Its errors are ErrNotFound and
// those of calls.
func (s Audit) Chain(ctx context.Context, action string) ([]contract.AuditItem, error) {
	requested, err := ActionTime(action)
	if err != nil {
		return nil, err
	}
	// What all places of the action begin with.
	begins, err := contract.AuditKey(Time(requested), action, "")
	if err != nil {
		return nil, ErrNotFound
	}
	page, err := query[contract.AuditItem](ctx, s.t, selection{partition: s.t.partition(), begins: begins}, maxChain, nil)
	for n := range page.Items {
		page.Items[n].TenantID, page.Items[n].ActionID = s.t.tenant, action
	}
	if err == nil && len(page.Items) == 0 {
		err = ErrNotFound
	}
	return page.Items, err
}

// ActionTime is the time in an action's id, which is when it was requested. It
// returns ErrNotFound for what no action's id can be: anything but a UUID of
// version 7 in its usual form.
func ActionTime(action string) (time.Time, error) {
	id, err := uuid.Parse(action)
	if err != nil || id.String() != action || id.Version() != 7 || id.Variant() != uuid.RFC4122 {
		return time.Time{}, ErrNotFound
	}
	return time.Unix(id.Time().UnixTime()).UTC().Truncate(time.Millisecond), nil
}

// NewActionID is an id for an action that is requested at the time.
func NewActionID(at time.Time) (string, error) {
	id, err := uuid.NewRandom()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	ms := at.UnixMilli()
	for n := range 6 {
		id[n] = byte(ms >> (40 - 8*n))
	}
	id[6] = id[6]&0x0f | 0x70
	return id.String(), nil
}
