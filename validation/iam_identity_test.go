package validation

func iamIdentityCases() []ruleCase {
	var cases []ruleCase
	add := func(rule, name, typ string, attributes attrs, protected bool, want Verdict) {
		address := typ + ".x"
		if typ == ProviderType {
			address = "provider.aws"
		}
		cases = append(cases, ruleCase{rule, name, doc{address: attributes}, want, Options{Protected: protected}})
	}
	one := func(rule, name, typ string, attributes attrs, want Verdict) {
		add(rule, name, typ, attributes, false, want)
	}

	const pool, users, search = "aws_cognito_identity_pool", "aws_cognito_user_pool", "aws_opensearch_domain"
	one("FO-IAM-014", "no guests", pool, attrs{"allow_unauthenticated_identities": false}, Compliant)
	one("FO-IAM-014", "guests", pool, attrs{"allow_unauthenticated_identities": true}, NonCompliant)
	one("FO-IAM-014", "classic flow", pool, attrs{"allow_classic_flow": true}, NonCompliant)
	one("FO-IAM-014", "variable", pool, attrs{"allow_unauthenticated_identities": "${var.g}"}, Unknown)

	strong := attrs{"minimum_length": 12, "require_lowercase": true, "require_uppercase": true, "require_numbers": true, "require_symbols": true}
	password := func(name string, changes attrs, want Verdict) {
		one("FO-IAM-015", name, users, attrs{"password_policy": with(strong, changes)}, want)
	}
	password("strong", nil, Compliant)
	password("short", attrs{"minimum_length": 11}, NonCompliant)
	for _, name := range []string{"require_lowercase", "require_uppercase", "require_numbers", "require_symbols"} {
		password("without "+name, attrs{name: nil}, NonCompliant)
	}
	one("FO-IAM-015", "none", users, attrs{}, NonCompliant)
	password("variable", attrs{"minimum_length": "${var.l}"}, Unknown)

	mfa := func(mode any) attrs {
		return attrs{"mfa_configuration": mode, "software_token_mfa_configuration": attrs{"enabled": true}}
	}
	add("FO-IAM-016", "demanded", users, mfa("ON"), true, Compliant)
	add("FO-IAM-016", "offered", users, mfa("OPTIONAL"), false, Compliant)
	add("FO-IAM-016", "offered only", users, mfa("OPTIONAL"), true, NonCompliant)
	add("FO-IAM-016", "off", users, mfa("OFF"), false, NonCompliant)
	add("FO-IAM-016", "text messages only", users, attrs{"mfa_configuration": "ON"}, false, NonCompliant)
	add("FO-IAM-016", "variable", users, mfa("${var.m}"), false, Unknown)

	watched := func(tier, mode any) attrs {
		return attrs{"user_pool_tier": tier, "user_pool_add_ons": attrs{"advanced_security_mode": mode}}
	}
	add("FO-IAM-017", "enforced", users, watched("PLUS", "ENFORCED"), true, Compliant)
	add("FO-IAM-017", "audited only", users, watched("PLUS", "AUDIT"), true, NonCompliant)
	add("FO-IAM-017", "essentials", users, watched("ESSENTIALS", "ENFORCED"), true, NonCompliant)
	add("FO-IAM-017", "not wanted", users, watched("LITE", "OFF"), false, NotApplicable)
	add("FO-IAM-017", "variable", users, watched("PLUS", "${var.m}"), true, Unknown)

	fine := attrs{"enabled": true, "internal_user_database_enabled": false, "master_user_options": attrs{"master_user_arn": "${aws_iam_role.r.arn}"}}
	access := func(name string, changes attrs, want Verdict) {
		one("FO-IAM-018", name, search, attrs{"advanced_security_options": with(fine, changes)}, want)
	}
	access("by role", nil, Compliant)
	access("off", attrs{"enabled": false}, NonCompliant)
	access("anonymous", attrs{"anonymous_auth_enabled": true}, NonCompliant)
	access("users of its own", attrs{"internal_user_database_enabled": true}, NonCompliant)
	access("no master", attrs{"master_user_options": nil}, NonCompliant)
	one("FO-IAM-018", "none", search, attrs{}, NonCompliant)
	access("variable", attrs{"enabled": "${var.e}"}, Unknown)

	const permission = "aws_lambda_permission"
	gateway := attrs{"principal": "apigateway.amazonaws.com"}
	one("FO-IAM-019", "named", permission, with(gateway, attrs{"source_arn": "${aws_api_gateway_rest_api.a.execution_arn}/*"}), Compliant)
	one("FO-IAM-019", "account", permission, with(gateway, attrs{"source_account": "111111111111"}), Compliant)
	one("FO-IAM-019", "any", permission, gateway, NonCompliant)
	one("FO-IAM-019", "no service", permission, attrs{"principal": "${aws_iam_role.r.arn}"}, Unknown)
	one("FO-IAM-019", "an account", permission, attrs{"principal": "111111111111"}, NotApplicable)
	one("FO-IAM-019", "variable", permission, attrs{"principal": "${var.p}"}, Unknown)

	one("FO-IAM-020", "region", ProviderType, attrs{"region": "eu-central-1"}, Compliant)
	for _, name := range []string{"access_key", "secret_key", "token"} {
		one("FO-IAM-020", name, ProviderType, attrs{name: "abc"}, NonCompliant)
	}
	one("FO-IAM-020", "variable", ProviderType, attrs{"secret_key": "${var.k}"}, Unknown)

	topic := func(name string, principal attrs, condition any, want Verdict) {
		s := attrs{"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": "*", "Condition": condition}
		one("FO-IAM-021", name, "aws_sns_topic_policy", attrs{"policy": policyDoc(with(s, nil))}, want)
	}
	source := attrs{"StringEquals": attrs{"aws:PrincipalOrgID": "o-1"}}
	topic("service", attrs{"Service": "cloudwatch.amazonaws.com"}, attrs{}, Compliant)
	topic("under a condition", attrs{"AWS": "arn:aws:iam::222222222222:root"}, source, Compliant)
	topic("another account", attrs{"AWS": "arn:aws:iam::222222222222:role/r"}, attrs{}, NonCompliant)
	one("FO-IAM-021", "no policy", "aws_sns_topic", attrs{}, NotApplicable)
	one("FO-IAM-021", "variable", "aws_sns_topic", attrs{"policy": "${var.p}"}, Unknown)

	trust := func(name string, principal attrs, condition attrs, want Verdict) {
		s := attrs{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
		one("FO-IAM-022", name, "aws_iam_role", attrs{"assume_role_policy": policyDoc(s)}, want)
	}
	trust("service", attrs{"Service": "lambda.amazonaws.com"}, attrs{}, Compliant)
	trust("role", attrs{"AWS": "${aws_iam_role.f.arn}"}, attrs{}, Compliant)
	trust("account", attrs{"AWS": "arn:aws:iam::111111111111:root"}, attrs{}, NonCompliant)
	trust("account by its id", attrs{"AWS": []any{"111111111111"}}, attrs{}, NonCompliant)
	trust("account, any of its roles", attrs{"AWS": "111111111111"}, attrs{"ArnLike": attrs{"aws:PrincipalArn": "*"}}, NonCompliant)
	trust("account, one role", attrs{"AWS": "111111111111"}, attrs{"ArnEquals": attrs{"aws:PrincipalArn": "arn:aws:iam::111111111111:role/r"}}, Compliant)
	one("FO-IAM-022", "variable", "aws_iam_role", attrs{"assume_role_policy": "${var.t}"}, Unknown)

	grants := func(name, action string, want Verdict) {
		s := attrs{"Effect": "Allow", "Action": action, "Resource": "arn:aws:iam::111111111111:user/u"}
		one("FO-IAM-023", name, "aws_iam_role_policy", attrs{"policy": policyDoc(s)}, want)
	}
	grants("role", "sts:AssumeRole", Compliant)
	grants("key", "iam:CreateAccessKey", NonCompliant)
	grants("pattern", "iam:Create*", NonCompliant)
	grants("token", "sts:getfederationtoken", NonCompliant)
	one("FO-IAM-023", "variable", "aws_iam_policy", attrs{"policy": "${var.p}"}, Unknown)

	rewrites := func(name, action string, want Verdict) {
		s := attrs{"Effect": "Allow", "Action": action, "Resource": "arn:aws:iam::111111111111:role/r"}
		one("FO-IAM-024", name, "aws_iam_role_policy", attrs{"policy": policyDoc(s)}, want)
	}
	rewrites("reading", "iam:GetRole", Compliant)
	rewrites("trust", "iam:UpdateAssumeRolePolicy", NonCompliant)
	rewrites("code by a pattern", "lambda:Update*", NonCompliant)
	one("FO-IAM-024", "variable", "aws_iam_policy", attrs{"policy": "${var.p}"}, Unknown)
	return cases
}
