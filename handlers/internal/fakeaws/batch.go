package fakeaws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Scarce has DynamoDB do only a part of the next n batches.
func (c *Cloud) Scarce(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.scarce = n
}

// BatchWriteItem deletes items, each by its key alone.
func (d dynamo) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	d.c.mu.Lock()
	defer d.c.mu.Unlock()
	if len(in.RequestItems) != 1 {
		panic("a batch of one table is what this knows")
	}
	out := &dynamodb.BatchWriteItemOutput{}
	for table, requests := range in.RequestItems {
		if len(requests) == 0 || len(requests) > 25 { // BatchWriteItem's limit
			panic("DynamoDB takes 1 to 25 requests")
		}
		var partitions []string
		seen := map[string]bool{}
		for _, r := range requests {
			key := r.DeleteRequest.Key
			if len(key) != 2 || seen[id(key)] {
				panic("a deletion names a key, and each key once")
			}
			seen[id(key)] = true
			partitions = append(partitions, str(key["PK"]))
		}
		t, after, err := d.open(ctx, "BatchWriteItem", &table, partitions...)
		if err != nil {
			return nil, err
		}
		if d.c.scarce > 0 {
			d.c.scarce--
			done := len(requests) / 2
			out.UnprocessedItems = map[string][]types.WriteRequest{table: requests[done:]}
			requests = requests[:done]
		}
		for _, r := range requests {
			delete(t.items, id(r.DeleteRequest.Key))
		}
		if after != nil {
			return nil, after
		}
	}
	return out, nil
}
