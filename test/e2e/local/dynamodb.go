package local

import (
	"encoding/json"
	"regexp"
	"strings"
)

// dynamoRequest is what IAM looks at in a request of DynamoDB.
type dynamoRequest struct {
	TableName                 string
	IndexName                 string
	Key, Item                 map[string]map[string]any
	KeyConditionExpression    string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]map[string]any
	TransactItems             []map[string]dynamoRequest
	// RequestItems are those of a batch, by table: requests to put or to delete.
	RequestItems map[string][]map[string]dynamoRequest
}

// partitionKey is the part of a key condition about a partition key: keys of
// tables and indexes alike end in "PK".
var partitionKey = regexp.MustCompile(`([#\w]+)\s*=\s*(:\w+)`)

func (p parser) dynamoDB() (string, []Action) {
	operation := p.operation()
	var in dynamoRequest
	_ = json.Unmarshal(p.body, &in)
	if operation == "BatchWriteItem" {
		return operation, p.dynamoBatch(in)
	}
	if operation != "TransactWriteItems" {
		return operation, []Action{p.dynamoAction(operation, in)}
	}
	var actions []Action
	for _, item := range in.TransactItems {
		for kind, one := range item {
			name := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}[kind]
			actions = append(actions, p.dynamoAction(name, one))
		}
	}
	return operation, actions
}

func (p parser) dynamoAction(operation string, in dynamoRequest) Action {
	resource := p.arn("dynamodb", "table/"+in.TableName)
	if in.IndexName != "" {
		resource += "/index/" + in.IndexName
	}
	a := Action{Name: "dynamodb:" + operation, Resource: resource}
	if keys := in.leading(); len(keys) > 0 {
		a.Condition = leadingKeys(keys)
	}
	return a
}

// dynamoBatch is an action a table, with all keys that the batch touches there.
func (p parser) dynamoBatch(in dynamoRequest) []Action {
	var actions []Action
	for table, requests := range in.RequestItems {
		var keys []string
		for _, request := range requests {
			for _, one := range request {
				keys = append(keys, one.leading()...)
			}
		}
		actions = append(actions, Action{Name: "dynamodb:BatchWriteItem", Resource: p.arn("dynamodb", "table/"+table), Condition: leadingKeys(keys)})
	}
	return actions
}

// leading are the partition keys that the request names.
func (in dynamoRequest) leading() []string {
	for _, item := range []map[string]map[string]any{in.Key, in.Item} {
		if key, ok := item["PK"]["S"].(string); ok {
			return []string{key}
		}
	}
	var keys []string
	for _, m := range partitionKey.FindAllStringSubmatch(in.KeyConditionExpression, -1) {
		name := m[1]
		if full, ok := in.ExpressionAttributeNames[name]; ok {
			name = full
		}
		if value, ok := in.ExpressionAttributeValues[m[2]]["S"].(string); ok && strings.HasSuffix(name, "PK") {
			keys = append(keys, value)
		}
	}
	return keys
}
