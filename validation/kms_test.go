package validation

// key is the platform key of another stack, ownKey one of the same.
const (
	key    = "${data.terraform_remote_state.foundation.outputs.kms_key_arn}"
	ownKey = "${aws_kms_key.k.arn}"
	awsKey = "arn:aws:kms:eu-central-1:111111111111:alias/aws/s3"
)

func sse(algorithm string, key any, bucketKey any) attrs {
	return attrs{"bucket": "${aws_s3_bucket.x.id}", "rule": []any{attrs{
		"apply_server_side_encryption_by_default": attrs{"sse_algorithm": algorithm, "kms_master_key_id": key},
		"bucket_key_enabled":                      bucketKey,
	}}}
}

func kmsCases() []ruleCase {
	bucket := func(name string, config attrs, want Verdict) ruleCase {
		return ruleCase{"FO-KMS-001", name, doc{
			"aws_s3_bucket.x": {"bucket": "docs"},
			"aws_s3_bucket_server_side_encryption_configuration.c": config,
		}, want, Options{}}
	}
	cases := []ruleCase{
		bucket("platform key", sse("aws:kms", key, true), Compliant),
		bucket("named literally", with(sse("aws:kms", key, true), attrs{"bucket": "docs"}), Compliant),
		bucket("SSE-S3", sse("AES256", nil, true), NonCompliant),
		bucket("key of AWS", sse("aws:kms", awsKey, true), NonCompliant),
		bucket("no bucket key", sse("aws:kms", key, nil), NonCompliant),
		bucket("another bucket's", with(sse("aws:kms", key, true), attrs{"bucket": "${aws_s3_bucket.y.id}"}), NonCompliant),
		bucket("key by variable", sse("aws:kms", "${var.key}", true), Unknown),
		bucket("bucket by variable", with(sse("aws:kms", key, true), attrs{"bucket": "${var.bucket}"}), Unknown),
		{"FO-KMS-001", "nothing", doc{"aws_s3_bucket.x": {}}, NonCompliant, Options{}},
	}

	object := func(name string, object attrs, want Verdict) ruleCase {
		config := sse("aws:kms", key, true)
		config["bucket"] = "${aws_s3_bucket.b.id}"
		return ruleCase{"FO-KMS-002", name, doc{
			"aws_s3_object.x": object, "aws_s3_bucket.b": {}, "aws_s3_bucket.bare": {},
			"aws_s3_bucket_server_side_encryption_configuration.c": config,
		}, want, Options{}}
	}
	cases = append(cases,
		object("own key", attrs{"kms_key_id": key}, Compliant),
		object("the bucket's default", attrs{"bucket": "${aws_s3_bucket.b.bucket}"}, Compliant),
		object("bucket without default", attrs{"bucket": "${aws_s3_bucket.bare.id}"}, NonCompliant),
		object("SSE-S3", attrs{"bucket": "${aws_s3_bucket.b.id}", "server_side_encryption": "AES256"}, NonCompliant),
		object("bucket of another stack", attrs{"bucket": "${data.terraform_remote_state.ai.outputs.agent_bucket}"}, Unknown),
	)

	table := attrs{"server_side_encryption": attrs{"enabled": true, "kms_key_arn": key}}
	search := attrs{"encrypt_at_rest": []any{attrs{"enabled": true, "kms_key_id": key}}, "node_to_node_encryption": attrs{"enabled": true}}
	machine := attrs{"encryption_configuration": attrs{"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": key}}
	function := attrs{"environment": attrs{"variables": attrs{"A": "b"}}, "kms_key_arn": key}
	one := func(rule, name, typ string, attributes attrs, want Verdict) ruleCase {
		return ruleCase{rule, name, doc{typ + ".x": attributes}, want, Options{}}
	}
	cases = append(cases,
		one("FO-KMS-003", "key", "aws_dynamodb_table", table, Compliant),
		one("FO-KMS-003", "default", "aws_dynamodb_table", attrs{}, NonCompliant),
		one("FO-KMS-003", "enabled without key", "aws_dynamodb_table", attrs{"server_side_encryption": attrs{"enabled": true}}, NonCompliant),
		one("FO-KMS-003", "replica without key", "aws_dynamodb_table", with(table, attrs{"replica": []any{attrs{"region_name": "eu-west-1"}}}), NonCompliant),
		one("FO-KMS-003", "variable", "aws_dynamodb_table", attrs{"server_side_encryption": attrs{"enabled": "${var.on}", "kms_key_arn": key}}, Unknown),
		one("FO-KMS-003", "dynamic block", "aws_dynamodb_table", attrs{"dynamic": attrs{"server_side_encryption": attrs{}}}, Unknown),

		one("FO-KMS-004", "key", "aws_opensearch_domain", search, Compliant),
		one("FO-KMS-004", "no key", "aws_opensearch_domain", with(search, attrs{"encrypt_at_rest": attrs{"enabled": true}}), NonCompliant),
		one("FO-KMS-004", "clear between nodes", "aws_opensearch_domain", with(search, attrs{"node_to_node_encryption": nil}), NonCompliant),
		one("FO-KMS-004", "variable", "aws_opensearch_domain", with(search, attrs{"encrypt_at_rest": attrs{"enabled": true, "kms_key_id": "${local.key}"}}), Unknown),

		one("FO-KMS-009", "key", "aws_lambda_function", function, Compliant),
		one("FO-KMS-009", "no key", "aws_lambda_function", with(function, attrs{"kms_key_arn": nil}), NonCompliant),
		one("FO-KMS-009", "no environment", "aws_lambda_function", attrs{}, NotApplicable),
		one("FO-KMS-009", "variable", "aws_lambda_function", with(function, attrs{"kms_key_arn": "${var.k}"}), Unknown),

		one("FO-KMS-010", "key", "aws_sfn_state_machine", machine, Compliant),
		one("FO-KMS-010", "AWS owned", "aws_sfn_state_machine", attrs{"encryption_configuration": attrs{"type": "AWS_OWNED_KEY"}}, NonCompliant),
		one("FO-KMS-010", "nothing", "aws_sfn_state_machine", attrs{}, NonCompliant),
		one("FO-KMS-010", "two blocks", "aws_sfn_state_machine", attrs{"encryption_configuration": []any{attrs{}, attrs{}}}, Unknown),

		one("FO-KMS-013", "key", "aws_ssm_parameter", attrs{"type": "SecureString", "key_id": key}, Compliant),
		one("FO-KMS-013", "no key", "aws_ssm_parameter", attrs{"type": "SecureString"}, NonCompliant),
		one("FO-KMS-013", "text", "aws_ssm_parameter", attrs{"type": "String"}, NotApplicable),
		one("FO-KMS-013", "variable type", "aws_ssm_parameter", attrs{"type": "${var.t}"}, Unknown),

		one("FO-KMS-015", "rotates", "aws_kms_key", attrs{"enable_key_rotation": true}, Compliant),
		one("FO-KMS-015", "does not", "aws_kms_key", attrs{"key_usage": "ENCRYPT_DECRYPT"}, NonCompliant),
		one("FO-KMS-015", "HMAC", "aws_kms_key", attrs{"key_usage": "GENERATE_VERIFY_MAC", "customer_master_key_spec": "HMAC_256"}, NotApplicable),
		one("FO-KMS-015", "asymmetric", "aws_kms_key", attrs{"customer_master_key_spec": "RSA_4096"}, NotApplicable),
		one("FO-KMS-015", "variable", "aws_kms_key", attrs{"enable_key_rotation": "${var.rotate}"}, Unknown),
		one("FO-KMS-015", "variable usage", "aws_kms_key", attrs{"key_usage": "${var.use}"}, Unknown),

		one("FO-KMS-018", "a stream", "aws_kinesis_stream", attrs{"kms_key_id": key}, NonCompliant),
	)
	for rule, at := range map[string][2]string{
		"FO-KMS-005": {"aws_cloudwatch_log_group", "kms_key_id"},
		"FO-KMS-006": {"aws_sqs_queue", "kms_master_key_id"},
		"FO-KMS-007": {"aws_sns_topic", "kms_master_key_id"},
		"FO-KMS-008": {"aws_cloudtrail", "kms_key_id"},
		"FO-KMS-011": {"aws_cloudwatch_event_bus", "kms_key_identifier"},
		"FO-KMS-012": {"aws_cloudwatch_event_archive", "kms_key_identifier"},
		"FO-KMS-014": {"aws_bedrock_guardrail", "kms_key_arn"},
		"FO-KMS-017": {"aws_secretsmanager_secret", "kms_key_id"},
	} {
		for _, c := range keyValues() {
			cases = append(cases, ruleCase{rule, c.name, doc{
				at[0] + ".x": {at[1]: c.value}, "aws_kms_key.k": {}, "aws_kms_alias.a": {},
			}, c.want, Options{}})
		}
	}
	return append(cases, keyPolicyCases()...)
}

type keyValue struct {
	name  string
	value any
	want  Verdict
}

// keyValues are all the ways to name a key.
func keyValues() []keyValue {
	return []keyValue{
		{"own key", ownKey, Compliant},
		{"own key by id", "${aws_kms_key.k.key_id}", Compliant},
		{"own alias", "${aws_kms_alias.a.arn}", Compliant},
		{"remote key", key, Compliant},
		{"remote key by id", "${data.terraform_remote_state.foundation.outputs.kms_key_id}", Compliant},
		{"literal key", "arn:aws:kms:eu-central-1:111111111111:key/0f5e2b7c", Compliant},
		{"literal alias ARN", "arn:aws-us-gov:kms:us-gov-west-1:111111111111:alias/flowops", Compliant},
		{"literal alias", "alias/flowops-dev", Compliant},
		{"absent", nil, NonCompliant},
		{"empty", "", NonCompliant},
		{"alias of AWS", "alias/aws/sqs", NonCompliant},
		{"alias ARN of AWS", awsKey, NonCompliant},
		{"bare id", "0f5e2b7c-1111-2222-3333-444455556666", Unknown},
		{"key that is not there", "${aws_kms_key.gone.arn}", Unknown},
		{"other attribute of a key", "${aws_kms_key.k.description}", Unknown},
		{"other output", "${data.terraform_remote_state.foundation.outputs.user_pool_arn}", Unknown},
		{"key that AWS manages, by data source", "${data.aws_kms_alias.sqs.target_key_arn}", Unknown},
		{"function call", "${coalesce(var.a, aws_kms_key.k.arn)}", Unknown},
		{"composed", "x-${aws_kms_key.k.arn}", Unknown},
		{"number", 7.0, Unknown},
	}
}

func keyPolicyCases() []ruleCase {
	statement := attrs{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
	on := func(name string, policy any, want Verdict) ruleCase {
		return ruleCase{"FO-KMS-016", name, doc{"aws_kms_key.x": {"policy": policy}}, want, Options{}}
	}
	condition := func(operator, key string, value any) string {
		return policyDoc(with(statement, attrs{"Condition": attrs{operator: attrs{key: value}}}))
	}
	return []ruleCase{
		on("account root", policyDoc(with(statement, attrs{"Principal": attrs{"AWS": "arn:aws:iam::111111111111:root"}, "Action": "kms:*"})), Compliant),
		on("pinned", condition("StringEquals", "KMS:calleraccount", "111111111111"), Compliant),
		on("denial", policyDoc(with(statement, attrs{"Effect": "Deny"})), Compliant),
		on("everybody", policyDoc(statement), NonCompliant),
		on("everybody as AWS", policyDoc(with(statement, attrs{"Principal": attrs{"AWS": []string{"*"}}})), NonCompliant),
		on("all but one", policyDoc(with(statement, attrs{"Principal": nil, "NotPrincipal": attrs{"AWS": "arn:aws:iam::1:root"}})), NonCompliant),
		on("condition on the way only", condition("StringEquals", "kms:ViaService", "s3.eu-central-1.amazonaws.com"), NonCompliant),
		on("negated", condition("StringNotEquals", "kms:CallerAccount", "111111111111"), NonCompliant),
		on("if it exists", condition("StringEqualsIfExists", "kms:CallerAccount", "111111111111"), NonCompliant),
		on("pinned to anyone", condition("StringLike", "kms:CallerAccount", "*"), NonCompliant),
		on("default", nil, NotApplicable),
		on("data source", "${data.aws_iam_policy_document.key.json}", Unknown),
		on("no JSON", "{", Unknown),
		{"FO-KMS-016", "apart", doc{"aws_kms_key_policy.x": {"policy": policyDoc(statement)}}, NonCompliant, Options{}},
	}
}
