package validation

func iamTenantCases() []ruleCase {
	const (
		tenant = "$${aws:PrincipalTag/TenantId}"
		table  = "${data.terraform_remote_state.data.outputs.tickets_arn}"
		bucket = "${data.terraform_remote_state.data.outputs.documents_bucket_arn}"
		domain = "${data.terraform_remote_state.data.outputs.search_domain_arn}"
		agents = "${aws_s3_bucket.agents.arn}"
	)
	own := []string{"TENANT#" + tenant, "TENANT#" + tenant + "#*"}
	leading := func(operator string, values any) attrs { return attrs{operator: attrs{"dynamodb:LeadingKeys": values}} }
	present := leading("Null", "false")
	items := func(condition attrs, actions ...string) attrs {
		return attrs{"Action": actions, "Resource": table, "Condition": condition}
	}
	allow := func(action string, resources ...string) attrs { return attrs{"Action": action, "Resource": resources} }
	all := "ForAllValues:StringLike"
	isolated := with(leading(all, own), present)
	demanded := attrs{
		"StringLike":                attrs{"aws:RequestTag/TenantId": "*"},
		"ForAllValues:StringEquals": attrs{"aws:TagKeys": []string{"TenantId"}},
	}
	tagged := attrs{"Principal": attrs{"AWS": "${aws_iam_role.f.arn}"}, "Action": []string{"sts:AssumeRole", "sts:TagSession"}, "Condition": demanded}
	pool := attrs{
		"StringEquals":           attrs{"cognito-identity.amazonaws.com:aud": "${aws_cognito_identity_pool.p.id}"},
		"ForAnyValue:StringLike": attrs{"cognito-identity.amazonaws.com:amr": "authenticated"},
	}
	web := attrs{"Principal": attrs{"Federated": "cognito-identity.amazonaws.com"}, "Action": []string{"sts:AssumeRoleWithWebIdentity", "sts:TagSession"}, "Condition": pool}
	expression := doc{"aws_iam_policy.x": {"policy": "${data.aws_iam_policy_document.p.json}"}}
	role := doc{"aws_iam_role.x": {"assume_role_policy": "${data.aws_iam_policy_document.p.json}"}}
	return []ruleCase{
		rolePolicy("FO-IAM-004", "items by leading keys", items(isolated, "dynamodb:GetItem", "dynamodb:Query"), Compliant),
		rolePolicy("FO-IAM-004", "describing a table", allow("dynamodb:DescribeTable", table), Compliant),
		rolePolicy("FO-IAM-004", "items of all", allow("dynamodb:GetItem", table), NonCompliant),
		rolePolicy("FO-IAM-004", "items, in disguise", allow("dynamodb:*Item", table), NonCompliant),
		rolePolicy("FO-IAM-004", "items of one more", items(leading(all, append([]string{"TENANT#acme"}, own...)), "dynamodb:GetItem"), NonCompliant),
		rolePolicy("FO-IAM-004", "items of the tagged", items(attrs{"Null": attrs{"aws:PrincipalTag/TenantId": "false"}}, "dynamodb:GetItem"), NonCompliant),
		rolePolicy("FO-IAM-004", "items of a default tenant", items(leading(all, "TENANT#$${aws:PrincipalTag/TenantId, 'acme'}"), "dynamodb:GetItem"), NonCompliant),
		rolePolicy("FO-IAM-004", "items of others", items(leading("ForAllValues:StringNotLike", own), "dynamodb:GetItem"), NonCompliant),
		rolePolicy("FO-IAM-004", "scan", items(isolated, "dynamodb:Query", "dynamodb:Scan"), NonCompliant),

		rolePolicy("FO-IAM-004", "objects below the prefix", allow("s3:GetObject", bucket+"/tenants/"+tenant+"/*"), Compliant),
		rolePolicy("FO-IAM-004", "objects of another bucket", allow("s3:GetObject", agents+"/*"), Compliant),
		rolePolicy("FO-IAM-004", "where documents are", allow("s3:GetBucketLocation", bucket), Compliant),
		rolePolicy("FO-IAM-004", "objects of all", allow("s3:PutObject", bucket+"/*"), NonCompliant),
		rolePolicy("FO-IAM-004", "objects of every tenant", allow("s3:GetObject", "arn:aws:s3:::b/tenants/*"), NonCompliant),
		rolePolicy("FO-IAM-004", "objects of every bucket", allow("s3:GetObject", "arn:aws:s3:::*/*"), NonCompliant),
		rolePolicy("FO-IAM-004", "own objects and more", allow("s3:GetObject", bucket+"/tenants/"+tenant+"/*", bucket+"/tenants/shared/*"), NonCompliant),
		rolePolicy("FO-IAM-004", "list by prefix", attrs{"Action": "s3:ListBucket", "Resource": bucket, "Condition": attrs{"StringLike": attrs{"s3:prefix": "tenants/" + tenant + "/*"}}}, Compliant),
		rolePolicy("FO-IAM-004", "list all", allow("s3:ListBucket", bucket), NonCompliant),
		rolePolicy("FO-IAM-004", "list, if a prefix is asked for", attrs{"Action": "s3:ListBucket", "Resource": bucket, "Condition": attrs{"StringLikeIfExists": attrs{"s3:prefix": "tenants/" + tenant + "/*"}}}, NonCompliant),

		rolePolicy("FO-IAM-004", "search by alias", allow("es:ESHttpPost", domain+"/flowops-vectors-"+tenant+"/_search"), Compliant),
		rolePolicy("FO-IAM-004", "search all", allow("es:ESHttp*", domain+"/*"), NonCompliant),
		{"FO-IAM-004", "expression", expression, Unknown, Options{}},

		rolePolicy("FO-IAM-005", "paired", items(isolated, "dynamodb:GetItem"), Compliant),
		rolePolicy("FO-IAM-005", "any value", items(leading("ForAnyValue:StringLike", own), "dynamodb:GetItem"), Compliant),
		rolePolicy("FO-IAM-005", "alone", items(leading(all, own), "dynamodb:GetItem"), NonCompliant),
		rolePolicy("FO-IAM-005", "paired the wrong way", items(with(leading(all, own), leading("Null", "true")), "dynamodb:GetItem"), NonCompliant),
		{"FO-IAM-005", "expression", expression, Unknown, Options{}},

		rolePolicy("FO-IAM-008", "separated", items(isolated, "dynamodb:GetItem"), Compliant),
		rolePolicy("FO-IAM-008", "a suffix without wildcard", allow("s3:GetObject", "arn:aws:s3:::b-"+tenant+"-docs/*"), Compliant),
		rolePolicy("FO-IAM-008", "a wildcard before the separator", allow("s3:GetObject", bucket+"/*/"+tenant+"/*"), Compliant),
		rolePolicy("FO-IAM-008", "a key that reaches on", items(leading(all, "TENANT#"+tenant+"*"), "dynamodb:GetItem"), NonCompliant),
		rolePolicy("FO-IAM-008", "an alias that reaches on", allow("es:ESHttpPost", domain+"/flowops-vectors-"+tenant+"-*/_search"), NonCompliant),
		rolePolicy("FO-IAM-008", "a prefix that reaches back", allow("s3:GetObject", bucket+"/tenants/*"+tenant+"/x"), NonCompliant),
		{"FO-IAM-008", "expression", expression, Unknown, Options{}},

		trust("FO-IAM-011", "demanded", tagged, Compliant),
		trust("FO-IAM-011", "not demanded", with(tagged, attrs{"Condition": nil}), NonCompliant),
		trust("FO-IAM-011", "other tags too", with(tagged, attrs{"Condition": with(demanded, attrs{"ForAllValues:StringEquals": nil})}), NonCompliant),
		trust("FO-IAM-011", "if it is there", with(tagged, attrs{"Condition": with(demanded, attrs{"StringLike": nil, "StringLikeIfExists": attrs{"aws:RequestTag/TenantId": "*"}})}), NonCompliant),
		trust("FO-IAM-011", "takes no tags", attrs{"Principal": attrs{"Service": "lambda.amazonaws.com"}}, NotApplicable),
		{"FO-IAM-011", "untagged beside", doc{"aws_iam_role.x": {"assume_role_policy": policyDoc(
			with(tagged, attrs{"Effect": "Allow"}), attrs{"Effect": "Allow", "Principal": attrs{"AWS": "1"}, "Action": "sts:AssumeRole"})}}, NonCompliant, Options{}},
		{"FO-IAM-011", "expression", role, Unknown, Options{}},

		trust("FO-IAM-012", "of the pool", web, Compliant),
		trust("FO-IAM-012", "of any pool", with(web, attrs{"Condition": with(pool, attrs{"StringEquals": nil})}), NonCompliant),
		trust("FO-IAM-012", "of a wildcard", with(web, attrs{"Condition": with(pool, attrs{"StringEquals": nil, "StringLike": attrs{"cognito-identity.amazonaws.com:aud": "*"}})}), NonCompliant),
		trust("FO-IAM-012", "guests", with(web, attrs{"Condition": with(pool, attrs{"ForAnyValue:StringLike": attrs{"cognito-identity.amazonaws.com:amr": "unauthenticated"}})}), NonCompliant),
		{"FO-IAM-012", "expression", role, Unknown, Options{}},
	}
}
