package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
)

// Put writes a message where none has its id. It returns the message that now
// stands there, and whether that is this one. Its content is stored as it is
// given: redact it first. Its errors are *InvalidIDError and those of calls.
func (s Conversations) Put(ctx context.Context, m contract.Message) (contract.Message, bool, error) {
	m.TenantID = s.t.tenant
	sort, err := sortKey(s.t.schema.SK.Pattern, m.ConversationID, m.MessageID)
	if err != nil {
		return contract.Message{}, false, err
	}
	keys, err := s.indexes(m)
	if err != nil {
		return contract.Message{}, false, err
	}
	put, err := s.t.marshal(m, sort, keys)
	if err != nil {
		return contract.Message{}, false, err
	}
	var standing contract.Message
	added, err := s.add(ctx, put, &standing)
	if err != nil || !added {
		return standing, false, err
	}
	return m, true, nil
}

// indexes are a message's keys in the table's index: those of its ticket.
func (s Conversations) indexes(m contract.Message) (map[string]string, error) {
	if m.TicketID == "" {
		return nil, nil
	}
	index := s.t.index(contract.GSI1)
	partition, err := sortKey(index.PK.Pattern, s.t.tenant, m.TicketID)
	if err != nil {
		return nil, err
	}
	at, err := sortKey(index.SK.Pattern, m.Timestamp)
	return map[string]string{index.PK.Name: partition, index.SK.Name: at}, err
}

// add puts an item where none has its key. Where one has, it is read into
// standing; where that is the very same, it was put by a call whose answer was
// lost, and counts as added.
func (s Conversations) add(ctx context.Context, put item, standing any) (bool, error) {
	e, err := expression.NewBuilder().WithCondition(expression.AttributeNotExists(expression.Name(s.t.schema.PK.Name))).Build()
	if err != nil {
		return false, fmt.Errorf("write %s: %w", s.t.schema.Name, err)
	}
	_, err = s.t.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.t.name), Item: put, ConditionExpression: e.Condition(), ExpressionAttributeNames: e.Names(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var taken *types.ConditionalCheckFailedException
	if errors.As(err, &taken) {
		if err := s.t.unmarshal(taken.Item, standing); err != nil {
			return false, err
		}
		return reflect.DeepEqual(put, taken.Item), nil
	}
	if err != nil {
		return false, fmt.Errorf("write %s: %w", s.t.schema.Name, err)
	}
	return true, nil
}

// Message returns a message of a conversation, or ErrNotFound.
func (s Conversations) Message(ctx context.Context, conversation, message string) (contract.Message, error) {
	var m contract.Message
	sort, err := sortKey(s.t.schema.SK.Pattern, conversation, message)
	if err != nil {
		return m, ErrNotFound // no message has such an id
	}
	err = s.t.get(ctx, sort, &m)
	return m, err
}

// Newest returns a conversation's last message. A conversation without messages
// is none: ErrNotFound.
func (s Conversations) Newest(ctx context.Context, conversation string) (contract.Message, error) {
	prefix, err := sortKey(conversationPrefix+"<id>"+messageInfix, conversation)
	if err != nil {
		return contract.Message{}, ErrNotFound // no conversation has such an id
	}
	page, err := query[contract.Message](ctx, s.t, selection{partition: s.t.partition(), begins: prefix, newest: true}, 1, nil)
	if err != nil {
		return contract.Message{}, err
	}
	if len(page.Items) == 0 {
		return contract.Message{}, ErrNotFound
	}
	return page.Items[0], nil
}

// escalated is the item of contract.ConversationEscalated.
type escalated struct {
	TenantID       string `dynamodbav:"tenantId"`
	ConversationID string `dynamodbav:"conversationId"`
	TurnID         string `dynamodbav:"turnId"`
	At             string `dynamodbav:"at"` // RFC 3339, UTC, with milliseconds
}

// Escalated records that a turn called a person to a conversation, and reports
// whether it was the first to do so.
func (s Conversations) Escalated(ctx context.Context, conversation, turnID string) (bool, error) {
	sort, err := sortKey(contract.ConversationEscalated, conversation)
	if err != nil {
		return false, err
	}
	put, err := s.t.marshal(escalated{s.t.tenant, conversation, turnID, Time(s.t.now())}, sort, nil)
	if err != nil {
		return false, err
	}
	return s.add(ctx, put, &escalated{})
}
