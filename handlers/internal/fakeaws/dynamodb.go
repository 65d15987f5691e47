package fakeaws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
)

type tableData struct {
	schema contract.Table
	items  map[string]Item // by partition and sort key
}

// Put places an item, as another function would have.
func (c *Cloud) Put(table string, item Item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tables[table].items[id(item)] = item
}

// Onboard gives tenants an agent, and an API key with the id "key-of-<tenant>".
func (c *Cloud) Onboard(tenants ...string) {
	for _, tenant := range tenants {
		agent, err := attributevalue.MarshalMap(contract.AgentConfiguration{
			TenantID: tenant, AgentID: contract.DefaultAgent, AgentType: contract.AgentSingle, APIKeyID: "key-of-" + tenant, State: contract.AgentReady,
			AgentARN: runtimeOf(tenant), AgentAliasID: "live",
		})
		if err != nil {
			panic(err)
		}
		agent["PK"] = &types.AttributeValueMemberS{Value: "TENANT#" + tenant}
		agent["SK"] = &types.AttributeValueMemberS{Value: "AGENT#" + contract.DefaultAgent}
		c.Put(contract.Agents.Name, agent)
	}
}

// Items are the items of a table.
func (c *Cloud) Items(table string) []Item {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Item
	for _, i := range c.tables[table].items {
		all = append(all, i)
	}
	slices.SortFunc(all, func(a, b Item) int { return strings.Compare(id(a), id(b)) })
	return all
}

func id(i Item) string { return str(i["PK"]) + "\n" + str(i["SK"]) }

// dynamo is DynamoDB as one session sees it.
type dynamo struct {
	c   *Cloud
	cfg aws.Config
}

// open begins a call on items with these partition keys. The caller holds the
// lock.
func (d dynamo) open(ctx context.Context, operation string, table *string, partitions ...string) (*tableData, error, error) { //nolint:revive // two errors: of before and after
	after, err := d.c.begin(operation)
	if err := first(err, ctx.Err()); err != nil {
		return nil, nil, err
	}
	t, ok := d.c.tables[aws.ToString(table)]
	if !ok {
		return nil, nil, &types.ResourceNotFoundException{}
	}
	tenant := d.c.tenantOf(ctx, d.cfg)
	for _, p := range partitions {
		if !reaches(tenant, p) {
			return nil, nil, d.c.deny(fmt.Sprintf("%s: %q reads %q", operation, tenant, p))
		}
	}
	return t, after, nil
}

func (d dynamo) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	d.c.mu.Lock()
	defer d.c.mu.Unlock()
	t, after, err := d.open(ctx, "GetItem", in.TableName, str(in.Key["PK"]))
	if err != nil || after != nil {
		return nil, first(err, after)
	}
	return &dynamodb.GetItemOutput{Item: t.items[id(in.Key)]}, nil
}

func first(errs ...error) error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return nil
}

// write is a change of one item under its condition.
type write struct {
	table     *string
	key       Item
	put       Item
	update    string
	remove    bool
	condition *string
	names     map[string]string
	values    Item
}

func (w write) holds(now Item) bool {
	if (w.values != nil && len(w.values) == 0) || (w.names != nil && len(w.names) == 0) {
		panic("DynamoDB refuses empty names and values")
	}
	return w.condition == nil || evaluate(*w.condition, w.names, w.values, now)
}

func (w write) do(t *tableData) {
	switch {
	case w.put != nil:
		t.items[id(w.key)] = w.put
	case w.remove:
		delete(t.items, id(w.key))
	default:
		base := t.items[id(w.key)]
		if base == nil {
			base = w.key
		}
		t.items[id(w.key)] = apply(w.update, w.names, w.values, base)
	}
}

func (d dynamo) single(ctx context.Context, operation string, w write) error {
	d.c.passTime(operation)
	d.c.mu.Lock()
	defer d.c.mu.Unlock()
	t, after, err := d.open(ctx, operation, w.table, str(w.key["PK"]))
	if err != nil {
		return err
	}
	if now := t.items[id(w.key)]; !w.holds(now) {
		return &types.ConditionalCheckFailedException{Item: now}
	}
	w.do(t)
	return after
}

func (d dynamo) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return &dynamodb.PutItemOutput{}, d.single(ctx, "PutItem", write{
		table: in.TableName, key: in.Item, put: in.Item, condition: in.ConditionExpression, names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
	})
}

func (d dynamo) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return &dynamodb.UpdateItemOutput{}, d.single(ctx, "UpdateItem", write{
		table: in.TableName, key: in.Key, update: aws.ToString(in.UpdateExpression), condition: in.ConditionExpression,
		names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
	})
}

func (d dynamo) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return &dynamodb.DeleteItemOutput{}, d.single(ctx, "DeleteItem", write{
		table: in.TableName, key: in.Key, remove: true, condition: in.ConditionExpression, names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
	})
}

func (d dynamo) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	d.c.passTime("TransactWriteItems")
	d.c.mu.Lock()
	defer d.c.mu.Unlock()
	var writes []write
	var partitions []string
	for _, i := range in.TransactItems {
		var w write
		switch {
		case i.Put != nil:
			w = write{i.Put.TableName, i.Put.Item, i.Put.Item, "", false, i.Put.ConditionExpression, i.Put.ExpressionAttributeNames, i.Put.ExpressionAttributeValues}
		case i.Update != nil:
			w = write{i.Update.TableName, i.Update.Key, nil, *i.Update.UpdateExpression, false, i.Update.ConditionExpression, i.Update.ExpressionAttributeNames, i.Update.ExpressionAttributeValues}
		default:
			panic("unknown write")
		}
		writes = append(writes, w)
		partitions = append(partitions, str(w.key["PK"]))
	}
	_, after, err := d.open(ctx, "TransactWriteItems", writes[0].table, partitions...)
	if err != nil {
		return nil, err
	}
	tables, seen := make([]*tableData, len(writes)), map[string]bool{}
	for n, w := range writes {
		at := aws.ToString(w.table) + "\n" + id(w.key)
		if tables[n] = d.c.tables[aws.ToString(w.table)]; tables[n] == nil || seen[at] {
			panic("no such table, or two writes to one item: " + at)
		}
		seen[at] = true
	}
	reasons, failed := make([]types.CancellationReason, len(writes)), false
	for n, w := range writes {
		reasons[n] = types.CancellationReason{Code: aws.String("None")}
		if now := tables[n].items[id(w.key)]; !w.holds(now) {
			failed = true
			reasons[n] = types.CancellationReason{Code: aws.String("ConditionalCheckFailed"), Item: now}
		}
	}
	if failed {
		return nil, &types.TransactionCanceledException{CancellationReasons: reasons}
	}
	for n, w := range writes {
		w.do(tables[n])
	}
	return &dynamodb.TransactWriteItemsOutput{}, after
}

func (d dynamo) Query(ctx context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	d.c.mu.Lock()
	defer d.c.mu.Unlock()
	schema := d.c.tables[aws.ToString(in.TableName)].schema
	pk, sk := schema.PK.Name, schema.SK.Name
	for _, i := range schema.Indexes {
		if i.Name == aws.ToString(in.IndexName) {
			pk, sk = i.PK.Name, i.SK.Name
		}
	}
	t, after, err := d.open(ctx, "Query", in.TableName, partitionOf(in, pk))
	if err != nil || after != nil {
		return nil, first(err, after)
	}
	order := func(i Item) string { return str(i[sk]) + "\n" + id(i) }
	var found []Item
	for _, i := range t.items {
		if i[pk] != nil && i[sk] != nil && evaluate(*in.KeyConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues, i) {
			found = append(found, i)
		}
	}
	slices.SortFunc(found, func(a, b Item) int { return strings.Compare(order(a), order(b)) })
	if !aws.ToBool(in.ScanIndexForward) {
		slices.Reverse(found)
	}
	if in.ExclusiveStartKey != nil {
		start := order(in.ExclusiveStartKey)
		found = slices.DeleteFunc(found, func(i Item) bool {
			c := strings.Compare(order(i), start)
			return c == 0 || (c < 0) == aws.ToBool(in.ScanIndexForward)
		})
	}
	out := &dynamodb.QueryOutput{}
	for n, i := range found {
		if in.FilterExpression == nil || evaluate(*in.FilterExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues, i) {
			out.Items = append(out.Items, project(i, in))
		}
		if n+1 == int(aws.ToInt32(in.Limit)) { // DynamoDB does not look whether there is more
			out.LastEvaluatedKey = Item{"PK": i["PK"], "SK": i["SK"], pk: i[pk], sk: i[sk]}
			break
		}
	}
	return out, nil
}

// project is an item with the attributes that the query asks for.
func project(i Item, in *dynamodb.QueryInput) Item {
	if in.ProjectionExpression == nil {
		return i
	}
	part := Item{}
	for _, token := range tokens.FindAllString(*in.ProjectionExpression, -1) {
		if name, ok := in.ExpressionAttributeNames[token]; ok && i[name] != nil {
			part[name] = i[name]
		}
	}
	return part
}

// partitionOf is the partition that a query names: the value that its key
// condition compares the partition key with.
func partitionOf(in *dynamodb.QueryInput, pk string) string {
	all := tokens.FindAllString(*in.KeyConditionExpression, -1)
	for n, t := range all {
		if in.ExpressionAttributeNames[t] == pk && n+2 < len(all) && all[n+1] == "=" {
			return str(in.ExpressionAttributeValues[all[n+2]])
		}
	}
	return ""
}
