package local

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const region, account = "eu-central-1", "111111111111"

// signed is a signed request of a function.
func signed(service, method, url, target, body string, headers ...string) Call {
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=ASIAX/20260102/"+region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=00")
	r.Header.Set("User-Agent", "aws-sdk-go-v2/1.47.7 app/flowops-dev-records")
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return parse(r, []byte(body), region, account)
}

// Calls are read as IAM sees them.
func TestParse(t *testing.T) {
	const table = "arn:aws:dynamodb:eu-central-1:111111111111:table/t"
	leading := func(keys ...string) map[string][]string { return map[string][]string{"dynamodb:LeadingKeys": keys} }
	for name, tt := range map[string]struct {
		call Call
		want []Action
	}{
		"an item": {
			signed("dynamodb", "POST", "http://aws/", "DynamoDB_20120810.GetItem", `{"TableName":"t","Key":{"PK":{"S":"TENANT#acme"},"SK":{"S":"TICKET#1"}}}`),
			[]Action{{"dynamodb:GetItem", table, leading("TENANT#acme")}},
		},
		"an index, by the index's own key": {
			signed("dynamodb", "POST", "http://aws/", "DynamoDB_20120810.Query", `{"TableName":"t","IndexName":"GSI1","KeyConditionExpression":"(#0 = :0) AND (begins_with (#1, :1))",
				"ExpressionAttributeNames":{"#0":"GSI1PK","#1":"GSI1SK"},"ExpressionAttributeValues":{":0":{"S":"TENANT#acme#STATUS#open"},":1":{"S":"C"}}}`),
			[]Action{{"dynamodb:Query", table + "/index/GSI1", leading("TENANT#acme#STATUS#open")}},
		},
		"a transaction, item by item": {
			signed("dynamodb", "POST", "http://aws/", "DynamoDB_20120810.TransactWriteItems", `{"TransactItems":[
				{"Put":{"TableName":"t","Item":{"PK":{"S":"TENANT#acme"}}}},{"Update":{"TableName":"t","Key":{"PK":{"S":"TENANT#acme2"}}}}]}`),
			[]Action{{"dynamodb:PutItem", table, leading("TENANT#acme")}, {"dynamodb:UpdateItem", table, leading("TENANT#acme2")}},
		},
		"no key": {
			signed("dynamodb", "POST", "http://aws/", "DynamoDB_20120810.Scan", `{"TableName":"t"}`),
			[]Action{{"dynamodb:Scan", table, nil}},
		},
		"a session": {
			signed("sts", "POST", "http://aws/", "", "Action=AssumeRole&RoleArn=arn%3Ar&Tags.member.1.Key=TenantId&Tags.member.1.Value=acme&TransitiveTagKeys.member.1=TenantId"),
			[]Action{
				{"sts:AssumeRole", "arn:r", map[string][]string{"aws:RequestTag/TenantId": {"acme"}, "aws:TagKeys": {"TenantId"}, "sts:TransitiveTagKeys": {"TenantId"}}},
				{"sts:TagSession", "arn:r", map[string][]string{"aws:RequestTag/TenantId": {"acme"}, "aws:TagKeys": {"TenantId"}, "sts:TransitiveTagKeys": {"TenantId"}}},
			},
		},
		"an object's version": {
			signed("s3", "GET", "http://aws/bucket/tenants/acme/documents/d?versionId=v1", "", ""),
			[]Action{{"s3:GetObjectVersion", "arn:aws:s3:::bucket/tenants/acme/documents/d", nil}},
		},
		"an object with tags": {
			signed("s3", "PUT", "http://bucket.s3.eu-central-1.amazonaws.com/tenants/acme/work/w", "", "x", "X-Amz-Tagging", "a=b"),
			[]Action{{"s3:PutObject", "arn:aws:s3:::bucket/tenants/acme/work/w", nil}, {"s3:PutObjectTagging", "arn:aws:s3:::bucket/tenants/acme/work/w", nil}},
		},
		"a copy of a version": {
			signed("s3", "PUT", "http://aws/bucket/exports/acme/o/contents/d/v1", "", "", "X-Amz-Copy-Source", "bucket/tenants/acme/documents/a%20b?versionId=v1"),
			[]Action{{"s3:GetObjectVersion", "arn:aws:s3:::bucket/tenants/acme/documents/a b", nil}, {"s3:PutObject", "arn:aws:s3:::bucket/exports/acme/o/contents/d/v1", nil}},
		},
		"a deletion of many": {
			signed("s3", "POST", "http://aws/bucket?delete=", "", `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>tenants/acme/a</Key><VersionId>v</VersionId></Object><Object><Key>tenants/acme2/b</Key></Object></Delete>`),
			[]Action{{"s3:DeleteObjectVersion", "arn:aws:s3:::bucket/tenants/acme/a", nil}, {"s3:DeleteObject", "arn:aws:s3:::bucket/tenants/acme2/b", nil}},
		},
		"a batch": {
			signed("dynamodb", "POST", "http://aws/", "DynamoDB_20120810.BatchWriteItem", `{"RequestItems":{"t":[{"DeleteRequest":{"Key":{"PK":{"S":"TENANT#acme2"}}}},{"DeleteRequest":{"Key":{"PK":{"S":"TENANT#acme"}}}},{"DeleteRequest":{"Key":{"PK":{"S":"TENANT#acme"}}}}]}}`),
			[]Action{{"dynamodb:BatchWriteItem", table, leading("TENANT#acme", "TENANT#acme2")}},
		},
		"an execution": {
			signed("states", "POST", "http://aws/", "AWSStepFunctions.StartExecution", `{"stateMachineArn":"arn:m","name":"n"}`),
			[]Action{{"states:StartExecution", "arn:m", nil}},
		},
		"a list of versions": {
			signed("s3", "GET", "http://aws/bucket?versions=&prefix=tenants%2Facme%2F", "", ""),
			[]Action{{"s3:ListBucketVersions", "arn:aws:s3:::bucket", map[string][]string{"s3:prefix": {"tenants/acme/"}}}},
		},
		"a function": {
			signed("lambda", "POST", "http://aws/2015-03-31/functions/f%3Alive/invocations", "", "{}"),
			[]Action{{"lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:111111111111:function:f:live", nil}},
		},
		"a connection": {
			signed("execute-api", "POST", "https://api.execute-api.eu-central-1.amazonaws.com/dev/@connections/c1", "", "{}"),
			[]Action{{"execute-api:ManageConnections", "arn:aws:execute-api:eu-central-1:111111111111:api/dev/POST/@connections/c1", nil}},
		},
		"a search": {
			signed("es", "POST", "https://search-d.eu-central-1.es.amazonaws.com/flowops-vectors-acme/_search", "", "{}"),
			[]Action{{"es:ESHttpPost", "arn:aws:es:eu-central-1:111111111111:domain/d/flowops-vectors-acme/_search", nil}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, tt.call.Actions, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("actions (-want +got):\n%s", d)
			}
			if tt.call.Function != "flowops-dev-records" {
				t.Errorf("function %q", tt.call.Function)
			}
		})
	}
}

// What a session may not reach is refused, whatever the code that reaches for it.
func TestGuard(t *testing.T) {
	item := func(key string) []Action {
		return []Action{{Name: "dynamodb:GetItem", Condition: map[string][]string{"dynamodb:LeadingKeys": {key}}}}
	}
	object := func(key string) []Action {
		return []Action{{Name: "s3:GetObject", Resource: "arn:aws:s3:::bucket/" + key}}
	}
	list := func(prefix string) []Action {
		return []Action{{Name: "s3:ListBucketVersions", Condition: map[string][]string{"s3:prefix": {prefix}}}}
	}
	for name, tt := range map[string]struct {
		tenant  string
		actions []Action
		refused bool
	}{
		"own item":                     {"acme", item("TENANT#acme"), false},
		"own index":                    {"acme", item("TENANT#acme#STATUS#open"), false},
		"another's item":               {"acme", item("TENANT#globex"), true},
		"a neighbour's item":           {"acme", item("TENANT#acme2"), true},
		"an item without a session":    {"", item("TENANT#acme"), true},
		"no key":                       {"acme", []Action{{Name: "dynamodb:Scan"}}, true},
		"one foreign of a transaction": {"acme", append(item("TENANT#acme"), item("TENANT#acme2")...), true},
		"own object":                   {"acme", object("tenants/acme/documents/d"), false},
		"a neighbour's object":         {"acme", object("tenants/acme2/documents/d"), true},
		"an object without a session":  {"", object("tenants/acme/documents/d"), true},
		"own export":                   {"acme", object("exports/acme/o/manifest.json"), false},
		"a neighbour's export":         {"acme", object("exports/acme2/o/manifest.json"), true},
		"an export without a session":  {"", object("exports/acme/o/manifest.json"), true},
		"a deletion of an export":      {"acme", []Action{{Name: "s3:DeleteObjectVersion", Resource: "arn:aws:s3:::bucket/exports/acme/x"}}, true},
		"an object of no tenant":       {"", object("definitions/v1/agent.json"), false},
		"own list":                     {"acme", list("tenants/acme/documents/"), false},
		"everybody's list":             {"acme", list("tenants/"), true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := refused(Call{Function: "f", Tenant: tt.tenant, Actions: tt.actions}) != ""; got != tt.refused {
				t.Errorf("refused: %v", got)
			}
		})
	}
}

// The same calls of two tenants are one use.
func TestUses(t *testing.T) {
	call := func(tenant, id string) Call {
		return Call{Function: "flowops-dev-records", Role: "execution", Actions: []Action{
			{"s3:GetObject", "arn:aws:s3:::b/tenants/" + tenant + "/documents/" + id, nil},
			{"bedrock-agentcore:InvokeAgentRuntime", "arn:aws:bedrock-agentcore:r:a:runtime/flowops_dev_" + strings.ReplaceAll(tenant, "-", "_") + "-x", nil},
		}}
	}
	got := Uses([]Call{call("acme", "01a20398-0196-7a98-9463-1e1e27a6ef9b"), call("acme-eu", "01a20398-0196-7a98-9463-1e1e27a6ef9c")}, "flowops-dev-", []string{"acme", "acme-eu"})
	var resources []string
	for _, u := range got {
		resources = append(resources, u.Resource)
	}
	want := []string{"arn:aws:bedrock-agentcore:r:a:runtime/flowops_dev_<tenant>-x", "arn:aws:s3:::b/tenants/<tenant>/documents/<id>"}
	if d := cmp.Diff(want, resources); d != "" {
		t.Errorf("resources (-want +got):\n%s", d)
	}
}
