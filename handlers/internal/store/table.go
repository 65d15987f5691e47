// Package store reads and writes tenants' items: tickets, conversations,
// documents. A store is opened with a tenant.Scope and reaches nothing beyond
// it.
//
// Writes name the state that they are for, and fail where it is another. A write
// with an idempotency key remembers its answer in the same transaction, for
// RememberFor: tables that take such writes expire items by
// contract.TTLAttribute.
package store

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Clock is the time now.
type Clock func() time.Time

// Time is t as it is stored: RFC 3339, UTC, with milliseconds, so that times
// sort as text.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// item is an item as the SDK has it.
type item = map[string]types.AttributeValue

// table is one tenant's part of a table.
type table struct {
	schema contract.Table
	name   string
	tenant string
	db     tenant.DynamoDB
	now    Clock
}

func open(schema contract.Table, name string, scope tenant.Scope, now Clock) (table, error) {
	db, err := scope.DynamoDB()
	if err != nil {
		return table{}, fmt.Errorf("open %s: %w", schema.Name, err)
	}
	return table{schema: schema, name: name, tenant: scope.Tenant(), db: db, now: now}, nil
}

// index is one of the schema's indexes; a name that it lacks is a mistake in
// the program.
func (t table) index(name string) contract.Index {
	for _, i := range t.schema.Indexes {
		if i.Name == name {
			return i
		}
	}
	panic(t.schema.Name + " has no index " + name)
}

// partition is the tenant's partition key.
func (t table) partition() string { return must(contract.Key(contract.TenantKeyPrefix, t.tenant)) }

// must is for keys of values that can't be wrong: a valid tenant id, a time.
func must(key string, err error) string {
	if err != nil {
		panic(err)
	}
	return key
}

// sortKey fills a sort key's pattern. Its error is an *InvalidIDError.
func sortKey(pattern string, values ...string) (string, error) {
	key, err := contract.Key(pattern, values...)
	if err != nil {
		return "", &InvalidIDError{err}
	}
	return key, nil
}

func (t table) key(sort string) item {
	return item{t.schema.PK.Name: text(t.partition()), t.schema.SK.Name: text(sort)}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// get reads the item with the sort key into out, as it is now. It returns
// ErrNotFound where there is none.
func (t table) get(ctx context.Context, sort string, out any) error {
	got, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(t.name), Key: t.key(sort), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return fmt.Errorf("read %s: %w", t.schema.Name, err)
	}
	if len(got.Item) == 0 {
		return ErrNotFound
	}
	return t.unmarshal(got.Item, out)
}

func (t table) unmarshal(from item, out any) error {
	if err := attributevalue.UnmarshalMap(from, out); err != nil {
		return fmt.Errorf("read an item of %s: %w", t.schema.Name, err)
	}
	return nil
}

// marshal is value as the item with the sort key, with more attributes.
func (t table) marshal(value any, sort string, more map[string]string) (item, error) {
	out, err := attributevalue.MarshalMap(value)
	if err != nil {
		return nil, fmt.Errorf("write an item of %s: %w", t.schema.Name, err)
	}
	for name, v := range t.key(sort) {
		out[name] = v
	}
	for name, v := range more {
		out[name] = text(v)
	}
	return out, nil
}
