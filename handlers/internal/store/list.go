package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/handlers/internal/cursor"
)

// Page is a part of a list. Next is where it goes on; empty at its end.
type Page[T any] struct {
	Items []T
	Next  cursor.Position
}

// maxReads is how many queries one page of a filtered list may take. A page
// that is not full then goes on all the same.
const maxReads = 10

// selection is a part of a table or an index in the order of its sort key.
type selection struct {
	index     string // empty for the table itself
	partition string // value of the partition key
	begins    string // what the sort key begins with
	from, to  string // instead of begins: bounds of the sort key, inclusive
	newest    bool   // downwards
	keysOnly  bool   // of each item its own keys alone
	filter    *expression.ConditionBuilder
}

// keys are the attributes of the selection's own keys.
func (t table) keys(s selection) (partition, sort string) {
	if s.index == "" {
		return t.schema.PK.Name, t.schema.SK.Name
	}
	i := t.index(s.index)
	return i.PK.Name, i.SK.Name
}

// input is the selection as a query.
func (t table) input(s selection) (*dynamodb.QueryInput, error) {
	partition, sort := t.keys(s)
	condition := expression.Key(partition).Equal(expression.Value(s.partition))
	switch {
	case s.begins != "":
		condition = condition.And(expression.Key(sort).BeginsWith(s.begins))
	case s.to != "":
		condition = condition.And(expression.Key(sort).Between(expression.Value(s.from), expression.Value(s.to)))
	}
	builder := expression.NewBuilder().WithKeyCondition(condition)
	if s.filter != nil {
		builder = builder.WithFilter(*s.filter)
	}
	if s.keysOnly {
		builder = builder.WithProjection(expression.NamesList(expression.Name(t.schema.PK.Name), expression.Name(t.schema.SK.Name)))
	}
	e, err := builder.Build()
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", t.schema.Name, err)
	}
	in := &dynamodb.QueryInput{
		TableName: aws.String(t.name), KeyConditionExpression: e.KeyCondition(), FilterExpression: e.Filter(), ProjectionExpression: e.Projection(),
		ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(), ScanIndexForward: aws.Bool(!s.newest),
	}
	if s.index == "" {
		in.ConsistentRead = aws.Bool(true)
	} else {
		in.IndexName = aws.String(s.index)
	}
	return in, nil
}

// query reads a page of at most limit items from a position on.
func query[T any](ctx context.Context, t table, s selection, limit int, at cursor.Position) (Page[T], error) {
	page := Page[T]{Items: []T{}}
	in, err := t.input(s)
	if err != nil {
		return page, err
	}
	if in.ExclusiveStartKey, err = t.start(s, at); err != nil {
		return page, err
	}
	for range maxReads {
		in.Limit = aws.Int32(int32(limit - len(page.Items)))
		out, err := t.db.Query(ctx, in)
		if err != nil {
			return page, fmt.Errorf("query %s: %w", t.schema.Name, err)
		}
		for _, found := range out.Items {
			var value T
			if err := t.unmarshal(found, &value); err != nil {
				return page, err
			}
			page.Items = append(page.Items, value)
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
		if len(out.LastEvaluatedKey) == 0 || len(page.Items) >= limit {
			break
		}
	}
	page.Next, err = position(in.ExclusiveStartKey)
	return page, err
}

// start is a position as the key that a query starts behind. It has exactly the
// keys of the selection, and the tenant's own partitions.
func (t table) start(s selection, at cursor.Position) (item, error) {
	if len(at) == 0 {
		return nil, nil
	}
	partition, sort := t.keys(s)
	want := map[string]string{t.schema.PK.Name: t.partition(), t.schema.SK.Name: "", sort: ""}
	want[partition] = s.partition
	if len(at) != len(want) {
		return nil, ErrPosition
	}
	key := item{}
	for name, value := range want {
		got, ok := at[name]
		if !ok || got == "" || (value != "" && got != value) {
			return nil, ErrPosition
		}
		key[name] = text(got)
	}
	return key, nil
}

func position(key item) (cursor.Position, error) {
	if len(key) == 0 {
		return nil, nil
	}
	at := cursor.Position{}
	for name, value := range key {
		s, ok := value.(*types.AttributeValueMemberS)
		if !ok {
			return nil, fmt.Errorf("the key attribute %s is no string", name)
		}
		at[name] = s.Value
	}
	return at, nil
}
