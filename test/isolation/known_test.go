package isolation

import (
	"strings"
	"testing"

	blocks "github.com/flowops/flowops/constructs"
)

// What IAM's documentation says about the means that the policies are made of,
// the engine must answer too: else its verdicts prove nothing.
func TestTheEngineKnowsIAM(t *testing.T) {
	const (
		table   = "arn:aws:dynamodb:eu-central-1:111111111111:table/t"
		bucket  = "arn:aws:s3:::b"
		caller  = "arn:aws:iam::111111111111:role/caller"
		target  = "arn:aws:iam::111111111111:role/target"
		machine = "arn:aws:states:eu-central-1:111111111111:stateMachine:m"
	)
	tag := "${aws:PrincipalTag/TenantId}"
	items := blocks.Allow("", []string{"dynamodb:GetItem", "dynamodb:Query"}, []string{table, table + "/index/*"}).
		If("ForAllValues:StringLike", "dynamodb:LeadingKeys", "TENANT#"+tag, "TENANT#"+tag+"#*")
	keyed := items.If("Null", "dynamodb:LeadingKeys", "false")
	objects := blocks.Allow("", []string{"s3:GetObject"}, []string{bucket + "/tenants/" + tag + "/*"})
	list := blocks.Allow("", []string{"s3:ListBucket"}, []string{bucket}).If("StringLike", "s3:prefix", "tenants/"+tag+"/*")
	anything := blocks.Allow("", []string{"*"}, []string{"*"})
	but := func(notResource string) blocks.Statement {
		return blocks.Statement{Effect: "Allow", Actions: []string{"s3:GetObject"}, NotResources: []string{notResource}}
	}
	never := blocks.Statement{Effect: "Deny", Actions: []string{"s3:GetObject"}, Resources: []string{bucket + "/secret/*"}}
	refuse := blocks.Deny("", []string{"s3:*"}, []string{bucket + "/*"}).If("Bool", "aws:SecureTransport", "false")
	trust := blocks.Statement{Effect: "Allow", Actions: []string{"sts:AssumeRole", "sts:TagSession"}}.To("AWS", caller)
	service := blocks.Statement{Effect: "Allow", Actions: []string{"sts:AssumeRole"}}.To("Service", "lambda.amazonaws.com")
	key := func(principal string) blocks.Statement {
		return blocks.Statement{Effect: "Allow", Actions: []string{"kms:*"}, Resources: []string{"*"}}.To("AWS", principal)
	}
	const keyARN = "arn:aws:kms:eu-central-1:111111111111:key/1b7e9a54-1f5c-4f5a-8f1e-0123456789ab"

	type asked struct {
		name      string
		policies  []blocks.Statement
		boundary  []blocks.Statement
		resource  []blocks.Statement // the resource's policy
		principal string
		action    string
		on        string
		context   map[string][]string
		want      bool
	}
	tenant := func(id string, keys ...string) map[string][]string {
		context := map[string][]string{"aws:PrincipalTag/TenantId": {id}}
		if len(keys) > 0 {
			context["dynamodb:LeadingKeys"] = keys
		}
		return context
	}
	prefix := func(p string) map[string][]string {
		return map[string][]string{"aws:PrincipalTag/TenantId": {"acme"}, "s3:prefix": {p}}
	}
	for _, c := range []asked{
		{name: "variable stands for the tag", policies: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: tenant("acme", "TENANT#acme"), want: true},
		{name: "pattern behind a variable", policies: []blocks.Statement{keyed}, action: "dynamodb:Query", on: table + "/index/GSI1", context: tenant("acme", "TENANT#acme#STATUS#open"), want: true},
		{name: "another value", policies: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: tenant("acme", "TENANT#acme2")},
		{name: "case matters", policies: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: tenant("acme", "TENANT#ACME")},
		{name: "ForAllValues: one of two", policies: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: tenant("acme", "TENANT#acme", "TENANT#globex")},
		{name: "ForAllValues: both", policies: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: tenant("acme", "TENANT#acme", "TENANT#acme#X"), want: true},
		{name: "ForAllValues is true without the key", policies: []blocks.Statement{items}, action: "dynamodb:GetItem", on: table, context: tenant("acme"), want: true},
		{name: "Null refuses without the key", policies: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: tenant("acme")},
		{name: "a variable without a value matches nothing", policies: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: map[string][]string{"dynamodb:LeadingKeys": {"TENANT#acme"}}},
		{name: "nor its own text", policies: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: map[string][]string{"dynamodb:LeadingKeys": {"TENANT#" + tag}}},
		{name: "a wildcard in a value is a character", policies: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: tenant("a*", "TENANT#acme")},
		{name: "a wildcard in a resource's variable is one too", policies: []blocks.Statement{objects}, action: "s3:GetObject", on: bucket + "/tenants/acme/x", context: tenant("*")},
		{name: "variable in a resource", policies: []blocks.Statement{objects}, action: "s3:GetObject", on: bucket + "/tenants/acme/a/b", context: tenant("acme"), want: true},
		{name: "variable in a resource, another's", policies: []blocks.Statement{objects}, action: "s3:GetObject", on: bucket + "/tenants/acme2/a", context: tenant("acme")},
		{name: "variable in a resource, no tag", policies: []blocks.Statement{objects}, action: "s3:GetObject", on: bucket + "/tenants/acme/a"},
		{name: "StringLike", policies: []blocks.Statement{list}, action: "s3:ListBucket", on: bucket, context: prefix("tenants/acme/documents/"), want: true},
		{name: "StringLike, shorter", policies: []blocks.Statement{list}, action: "s3:ListBucket", on: bucket, context: prefix("tenants/acme")},
		{name: "StringLike without the key", policies: []blocks.Statement{list}, action: "s3:ListBucket", on: bucket, context: tenant("acme")},
		{name: "NotResource", policies: []blocks.Statement{but(bucket + "/secret/*")}, action: "s3:GetObject", on: bucket + "/open/x", want: true},
		{name: "NotResource, the exception", policies: []blocks.Statement{but(bucket + "/secret/*")}, action: "s3:GetObject", on: bucket + "/secret/x"},
		{name: "deny wins", policies: []blocks.Statement{anything, never}, action: "s3:GetObject", on: bucket + "/secret/x"},
		{name: "a bucket's deny wins", policies: []blocks.Statement{anything}, resource: []blocks.Statement{refuse}, action: "s3:GetObject", on: bucket + "/x", context: map[string][]string{"aws:SecureTransport": {"false"}}},
		{name: "a bucket's deny for others", policies: []blocks.Statement{anything}, resource: []blocks.Statement{refuse}, action: "s3:GetObject", on: bucket + "/x", context: map[string][]string{"aws:SecureTransport": {"true"}}, want: true},
		{name: "a boundary allows nothing", boundary: []blocks.Statement{anything}, action: "s3:GetObject", on: bucket + "/x"},
		{name: "a boundary bounds", policies: []blocks.Statement{anything}, boundary: []blocks.Statement{keyed}, action: "s3:GetObject", on: bucket + "/x"},
		{name: "within the boundary", policies: []blocks.Statement{anything}, boundary: []blocks.Statement{keyed}, action: "dynamodb:GetItem", on: table, context: tenant("acme", "TENANT#acme"), want: true},
		{name: "a trust policy lets its principal", policies: []blocks.Statement{anything}, resource: []blocks.Statement{trust}, action: "sts:AssumeRole", on: target, want: true},
		{name: "and no other, whatever that may", policies: []blocks.Statement{anything}, resource: []blocks.Statement{trust}, principal: "arn:aws:sts::111111111111:assumed-role/another/session", action: "sts:AssumeRole", on: target},
		{name: "a session of the role that it names", policies: []blocks.Statement{anything}, resource: []blocks.Statement{trust}, principal: "arn:aws:sts::111111111111:assumed-role/caller/session", action: "sts:AssumeRole", on: target, want: true},
		{name: "ForAnyValue without the key", policies: []blocks.Statement{anything}, resource: []blocks.Statement{trust.If("ForAnyValue:StringEquals", "sts:TransitiveTagKeys", "TenantId")}, action: "sts:AssumeRole", on: target},
		{name: "ForAnyValue", policies: []blocks.Statement{anything}, resource: []blocks.Statement{trust.If("ForAnyValue:StringEquals", "sts:TransitiveTagKeys", "TenantId")}, action: "sts:AssumeRole", on: target, context: map[string][]string{"sts:TransitiveTagKeys": {"TenantId"}}, want: true},
		{name: "a service's role by the service", resource: []blocks.Statement{service}, principal: "lambda.amazonaws.com", action: "sts:AssumeRole", on: target, want: true},
		{name: "a service's role by another", resource: []blocks.Statement{service}, principal: "ec2.amazonaws.com", action: "sts:AssumeRole", on: target},
		{name: "a service's role by a role that may all", policies: []blocks.Statement{anything}, resource: []blocks.Statement{service}, action: "sts:AssumeRole", on: target},
		{name: "a key of the account's IAM", policies: []blocks.Statement{anything}, resource: []blocks.Statement{key("arn:aws:iam::111111111111:root")}, action: "kms:Decrypt", on: keyARN, want: true},
		{name: "a key of the account's IAM, without a policy", resource: []blocks.Statement{key("arn:aws:iam::111111111111:root")}, action: "kms:Decrypt", on: keyARN},
		{name: "a key that does not let IAM decide", policies: []blocks.Statement{anything}, resource: []blocks.Statement{key("arn:aws:iam::111111111111:role/another")}, action: "kms:Decrypt", on: keyARN},
		{name: "IfExists without the key", policies: []blocks.Statement{blocks.Allow("", []string{"iam:TagRole"}, []string{"*"}).If("StringEqualsIfExists", "aws:ResourceTag/TenantId", "${aws:RequestTag/TenantId}")}, action: "iam:TagRole", on: target, context: map[string][]string{"aws:RequestTag/TenantId": {"globex"}}, want: true},
		{name: "IfExists with the key", policies: []blocks.Statement{blocks.Allow("", []string{"iam:TagRole"}, []string{"*"}).If("StringEqualsIfExists", "aws:ResourceTag/TenantId", "${aws:RequestTag/TenantId}")}, action: "iam:TagRole", on: target, context: map[string][]string{"aws:RequestTag/TenantId": {"globex"}, "aws:ResourceTag/TenantId": {"acme"}}},
		{name: "judged loosely", policies: []blocks.Statement{blocks.Allow("", []string{"states:SendTaskSuccess"}, []string{machine})}, action: "states:SendTaskSuccess", on: machine, want: true},
		{name: "judged loosely, another", policies: []blocks.Statement{blocks.Allow("", []string{"states:SendTaskSuccess"}, []string{machine})}, action: "states:SendTaskSuccess", on: machine + "2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := request{label: c.name, principal: c.principal, action: c.action, resource: c.on, context: c.context, loose: referenceIsWrong[c.action] != ""}
			if r.principal == "" {
				r.principal = caller
			}
			if len(c.policies) > 0 {
				r.identity = []named{{"policy", newDocument(c.policies...)}}
			}
			if len(c.boundary) > 0 {
				r.boundary = []named{{"boundary", newDocument(c.boundary...)}}
			}
			if len(c.resource) > 0 {
				d := newDocument(c.resource...)
				r.resourcePolicy = &d
			}
			if got := judge(t, nil, []request{r})[0]; got.allowed() != c.want {
				t.Errorf("%s, want allowed %t", got.Result, c.want)
			}
		})
	}
}

// What the engine can't judge is an error and never a verdict.
func TestTheEngineRefusesWhatItCantJudge(t *testing.T) {
	valid := named{"policy", newDocument(blocks.Allow("", []string{"s3:*"}, []string{"*"}))}
	invalid := named{"policy", document{Version: "2012-10-17", Statement: []blocks.Statement{{Effect: "Perhaps", Actions: []string{"s3:*"}, Resources: []string{"*"}}}}}
	for name, c := range map[string]struct {
		request
		want string
	}{
		"action that is none":    {request{action: "s3:GetObjects", resource: "arn:aws:s3:::b/k", identity: []named{valid}}, "invalid.action"},
		"service that is none":   {request{action: "s4:GetObject", resource: "arn:aws:s3:::b/k", identity: []named{valid}}, "invalid.service"},
		"resource of another":    {request{action: "s3:GetObject", resource: "arn:aws:sqs:eu-central-1:111111111111:q", identity: []named{valid}}, "no.resource.types"},
		"policy that is invalid": {request{action: "s3:GetObject", resource: "arn:aws:s3:::b/k", identity: []named{invalid}}, "policy.errors"},
	} {
		t.Run(name, func(t *testing.T) {
			c.principal = "arn:aws:iam::111111111111:role/caller"
			got, err := simulator.judge("111111111111", []request{c.request})
			if err != nil {
				t.Fatal(err)
			}
			if got[0].Result != "" || !strings.HasPrefix(got[0].Error, c.want) {
				t.Errorf("%+v, want the error %s", got[0], c.want)
			}
		})
	}
	got, err := simulator.judge("111111111111", []request{{
		principal: "arn:aws:iam::111111111111:role/caller", action: "s3:GetObject", resource: "arn:aws:s3:::b/k", identity: []named{valid},
		context: map[string][]string{"dynamodb:LeadingKeys": {"x"}},
	}})
	if err != nil || len(got[0].Ignored) != 1 {
		t.Errorf("a condition key of another service: %+v %v, want it ignored and told", got, err)
	}
}
