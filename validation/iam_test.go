package validation

import (
	"strings"
	"testing"
)

// rolePolicy is a document with an inline policy of one statement.
func rolePolicy(rule, name string, statement attrs, want Verdict) ruleCase {
	return ruleCase{rule, name, doc{"aws_iam_role_policy.x": {
		"policy": policyDoc(with(attrs{"Sid": "It", "Effect": "Allow"}, statement)),
	}}, want, Options{}}
}

// trust is a document with a role of one trust statement.
func trust(rule, name string, statement attrs, want Verdict) ruleCase {
	return ruleCase{rule, name, doc{"aws_iam_role.x": {
		"assume_role_policy": policyDoc(with(attrs{"Effect": "Allow", "Action": "sts:AssumeRole"}, statement)),
	}}, want, Options{}}
}

func iamCases() []ruleCase {
	table := "${aws_dynamodb_table.t.arn}"
	allow := func(action, resource any) attrs { return attrs{"Action": action, "Resource": resource} }
	when := func(action, resource any, operator, key string, value any) attrs {
		return attrs{"Action": action, "Resource": resource, "Condition": attrs{operator: attrs{key: value}}}
	}
	tenantsRole := "arn:aws:iam::111111111111:role/flowops/tenants/*"
	expression := "${jsonencode({Statement = []})}"
	cases := []ruleCase{
		rolePolicy("FO-IAM-001", "named", allow([]string{"sqs:SendMessage"}, "*"), Compliant),
		rolePolicy("FO-IAM-001", "partly named", allow("s3:Get*", "*"), Compliant),
		rolePolicy("FO-IAM-001", "denied", attrs{"Effect": "Deny", "Action": "*", "Resource": "*"}, Compliant),
		rolePolicy("FO-IAM-001", "everything", allow("*", table), NonCompliant),
		rolePolicy("FO-IAM-001", "a whole service", allow([]string{"sqs:SendMessage", "dynamodb:*"}, table), NonCompliant),
		rolePolicy("FO-IAM-001", "in disguise", allow("dynamodb:?*", table), NonCompliant),
		rolePolicy("FO-IAM-001", "all but", attrs{"NotAction": "iam:*", "Resource": "*"}, NonCompliant),
		rolePolicy("FO-IAM-001", "variable", allow("${var.action}", table), Unknown),
		{"FO-IAM-001", "expression", doc{"aws_iam_policy.x": {"policy": expression}}, Unknown, Options{}},
		{"FO-IAM-001", "inline policy", doc{"aws_iam_role.x": {"inline_policy": attrs{"name": "p", "policy": policyDoc(attrs{"Effect": "Allow", "Action": "*", "Resource": table})}}}, NonCompliant, Options{}},
		{"FO-IAM-001", "queue policy", doc{"aws_sqs_queue_policy.x": {"policy": policyDoc(attrs{"Effect": "Allow", "Principal": attrs{"AWS": "1"}, "Action": "sqs:*", "Resource": "*"})}}, NonCompliant, Options{}},
		{"FO-IAM-001", "a role without policies", doc{"aws_iam_role.x": {}}, NotApplicable, Options{}},

		rolePolicy("FO-IAM-002", "reference", allow("dynamodb:GetItem", []string{table, table + "/index/*"}), Compliant),
		rolePolicy("FO-IAM-002", "path", allow("iam:GetRole", tenantsRole), Compliant),
		rolePolicy("FO-IAM-002", "objects of a bucket", allow("s3:GetObject", "arn:aws:s3:::b/*"), Compliant),
		rolePolicy("FO-IAM-002", "log streams", allow("logs:PutLogEvents", "arn:aws:logs:eu-central-1:1:log-group:/aws/lambda/f:*"), Compliant),
		rolePolicy("FO-IAM-002", "no resource to scope to", allow([]string{"xray:PutTraceSegments", "xray:puttelemetryrecords"}, "*"), Compliant),
		rolePolicy("FO-IAM-002", "metrics of a namespace", when("cloudwatch:PutMetricData", "*", "StringEquals", "cloudwatch:namespace", "FlowOps"), Compliant),
		rolePolicy("FO-IAM-002", "metrics of any namespace", allow("cloudwatch:PutMetricData", "*"), NonCompliant),
		rolePolicy("FO-IAM-002", "everything", allow("sqs:SendMessage", "*"), NonCompliant),
		rolePolicy("FO-IAM-002", "mixed", allow([]string{"xray:PutTraceSegments", "sqs:SendMessage"}, "*"), NonCompliant),
		rolePolicy("FO-IAM-002", "a wildcard is not in the table", allow("xray:Put*", "*"), NonCompliant),
		rolePolicy("FO-IAM-002", "everything of a service", allow("s3:GetObject", "arn:aws:s3:::*"), NonCompliant),
		rolePolicy("FO-IAM-002", "everything of a type", allow("dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:1:table/*"), NonCompliant),
		rolePolicy("FO-IAM-002", "every log group", allow("logs:PutLogEvents", "arn:aws:logs:*:*:log-group:*:*"), NonCompliant),
		rolePolicy("FO-IAM-002", "of a type, by tag", when("lambda:InvokeFunction", "arn:aws:lambda:r:1:function:*", "StringEquals", "aws:ResourceTag/Project", "flowops"), Compliant),
		rolePolicy("FO-IAM-002", "all but", attrs{"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b"}, NonCompliant),
		rolePolicy("FO-IAM-002", "variable", allow("sqs:SendMessage", "${var.queue}"), Unknown),

		{"FO-IAM-013", "short", doc{"aws_iam_policy.x": {"policy": policyDoc(allow("sqs:SendMessage", table))}}, Compliant, Options{}},
		{"FO-IAM-013", "too long", doc{"aws_iam_policy.x": {"policy": strings.Repeat("x", 6145)}}, NonCompliant, Options{}},
		{"FO-IAM-013", "long, white space aside", doc{"aws_iam_policy.x": {"policy": strings.Repeat("x", 6144) + strings.Repeat(" ", 100)}}, Compliant, Options{}},
		{"FO-IAM-013", "long when resolved", doc{"aws_iam_role.x": {"assume_role_policy": strings.Repeat("x", 2000) + table}}, Unknown, Options{}},
		{"FO-IAM-013", "variables of IAM are no references", doc{"aws_iam_role.x": {"assume_role_policy": strings.Repeat("x", 2000) + "$${aws:PrincipalTag/TenantId}"}}, Compliant, Options{}},

		trust("FO-IAM-003", "service", attrs{"Principal": attrs{"Service": "lambda.amazonaws.com"}}, Compliant),
		trust("FO-IAM-003", "everybody", attrs{"Principal": "*"}, NonCompliant),
		trust("FO-IAM-003", "everybody with a tag", attrs{"Principal": attrs{"AWS": "*"}, "Condition": attrs{"StringLike": attrs{"aws:RequestTag/TenantId": "*"}}}, NonCompliant),
		trust("FO-IAM-003", "everybody of a path", attrs{"Principal": attrs{"AWS": "*"}, "Condition": attrs{"ArnLike": attrs{"aws:PrincipalArn": tenantsRole}}}, Compliant),
		{"FO-IAM-003", "expression", doc{"aws_iam_role.x": {"assume_role_policy": expression}}, Unknown, Options{}},

		rolePolicy("FO-IAM-006", "to a service", when("iam:PassRole", table, "StringEquals", "iam:PassedToService", "bedrock-agentcore.amazonaws.com"), Compliant),
		rolePolicy("FO-IAM-006", "to any", allow("iam:PassRole", tenantsRole), NonCompliant),
		rolePolicy("FO-IAM-006", "to any, in disguise", allow("iam:Pass*", tenantsRole), NonCompliant),
		rolePolicy("FO-IAM-006", "to *", when("iam:PassRole", table, "StringLike", "iam:PassedToService", "*"), NonCompliant),
		rolePolicy("FO-IAM-006", "if it says so", when("iam:PassRole", table, "StringEqualsIfExists", "iam:PassedToService", "x"), NonCompliant),
		{"FO-IAM-006", "expression", doc{"aws_iam_policy.x": {"policy": expression}}, Unknown, Options{}},

		rolePolicy("FO-IAM-007", "bounded", when([]string{"iam:CreateRole", "iam:PutRolePolicy"}, tenantsRole, "StringEquals", "iam:PermissionsBoundary", "${aws_iam_policy.boundary.arn}"), Compliant),
		rolePolicy("FO-IAM-007", "reading", allow("iam:GetRole", tenantsRole), Compliant),
		rolePolicy("FO-IAM-007", "unbounded", allow("iam:CreateRole", tenantsRole), NonCompliant),
		rolePolicy("FO-IAM-007", "unbounded policy", allow("iam:PutRolePolicy", tenantsRole), NonCompliant),
		rolePolicy("FO-IAM-007", "lifts it", when("iam:DeleteRolePermissionsBoundary", tenantsRole, "StringEquals", "iam:PermissionsBoundary", "b"), NonCompliant),
		{"FO-IAM-007", "expression", doc{"aws_iam_policy.x": {"policy": expression}}, Unknown, Options{}},

		{"FO-IAM-009", "own", doc{"aws_iam_role_policy_attachment.x": {"policy_arn": "${aws_iam_policy.p.arn}"}}, Compliant, Options{}},
		{"FO-IAM-009", "own by name", doc{"aws_iam_role_policy_attachment.x": {"policy_arn": "arn:aws:iam::111111111111:policy/p"}}, Compliant, Options{}},
		{"FO-IAM-009", "of AWS", doc{"aws_iam_role_policy_attachment.x": {"policy_arn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}}, NonCompliant, Options{}},
		{"FO-IAM-009", "of AWS, any partition", doc{"aws_iam_role_policy_attachment.x": {"policy_arn": "arn:${data.aws_partition.p.partition}:iam::aws:policy/AdministratorAccess"}}, NonCompliant, Options{}},
		{"FO-IAM-009", "on the role", doc{"aws_iam_role.x": {"managed_policy_arns": []any{"arn:aws:iam::aws:policy/AdministratorAccess"}}}, NonCompliant, Options{}},
		{"FO-IAM-009", "data source", doc{"aws_iam_role_policy_attachment.x": {"policy_arn": "${data.aws_iam_policy.p.arn}"}}, Unknown, Options{}},
		{"FO-IAM-009", "none", doc{"aws_iam_role.x": {}}, NotApplicable, Options{}},

		{"FO-IAM-010", "a service", doc{"aws_sns_topic_policy.x": {"policy": policyDoc(attrs{"Effect": "Allow", "Principal": attrs{"Service": "events.amazonaws.com"}, "Action": "sns:Publish"})}}, Compliant, Options{}},
		{"FO-IAM-010", "everybody", doc{"aws_s3_bucket_policy.x": {"policy": policyDoc(attrs{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"})}}, NonCompliant, Options{}},
		{"FO-IAM-010", "everybody by TLS", doc{"aws_s3_bucket_policy.x": {"policy": policyDoc(attrs{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Condition": attrs{"Bool": attrs{"aws:SecureTransport": "true"}}})}}, NonCompliant, Options{}},
		{"FO-IAM-010", "search domain", doc{"aws_opensearch_domain.x": {"access_policies": policyDoc(attrs{"Effect": "Allow", "Principal": attrs{"AWS": "*"}, "Action": "es:ESHttpGet"})}}, NonCompliant, Options{}},
		{"FO-IAM-010", "expression", doc{"aws_sqs_queue_policy.x": {"policy": expression}}, Unknown, Options{}},
		{"FO-IAM-010", "permission of a service", doc{"aws_lambda_permission.x": {"principal": "events.amazonaws.com"}}, Compliant, Options{}},
		{"FO-IAM-010", "permission of everybody", doc{"aws_lambda_permission.x": {"principal": "*"}}, NonCompliant, Options{}},
		{"FO-IAM-010", "permission by variable", doc{"aws_lambda_permission.x": {"principal": "${var.p}"}}, Unknown, Options{}},
		{"FO-IAM-010", "no policy", doc{"aws_s3_bucket.x": {}}, NotApplicable, Options{}},
	}
	return cases
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, action string
		want            bool
	}{
		{"dynamodb:GetItem", "dynamodb:getitem", true},
		{"dynamodb:Get*", "dynamodb:GetItem", true},
		{"*", "dynamodb:GetItem", true},
		{"dynamodb:?etItem", "dynamodb:GetItem", true},
		{"*:*Item", "dynamodb:GetItem", true},
		{"dynamodb:GetItem", "dynamodb:GetItems", false},
		{"dynamodb:GetItem?", "dynamodb:GetItem", false},
		{"", "dynamodb:GetItem", false},
	} {
		if got := matches(c.pattern, c.action); got != c.want {
			t.Errorf("matches(%q, %q) = %t", c.pattern, c.action, got)
		}
	}
}
