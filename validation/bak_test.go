package validation

func bakCases() []ruleCase {
	var cases []ruleCase
	one := func(rule, name, typ string, attributes attrs, protected bool, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{typ + ".x": attributes}, want, Options{Protected: protected}})
	}
	recovery := func(value any) attrs { return attrs{"point_in_time_recovery": attrs{"enabled": value}} }
	one("FO-BAK-001", "on", "aws_dynamodb_table", recovery(true), false, Compliant)
	one("FO-BAK-001", "off", "aws_dynamodb_table", attrs{}, false, NonCompliant)
	one("FO-BAK-001", "variable", "aws_dynamodb_table", recovery("${var.r}"), false, Unknown)

	one("FO-BAK-002", "protected", "aws_dynamodb_table", attrs{"deletion_protection_enabled": true}, true, Compliant)
	one("FO-BAK-002", "not protected", "aws_dynamodb_table", attrs{}, true, NonCompliant)
	one("FO-BAK-002", "not wanted", "aws_dynamodb_table", attrs{}, false, NotApplicable)
	one("FO-BAK-002", "variable", "aws_dynamodb_table", attrs{"deletion_protection_enabled": "${var.p}"}, true, Unknown)

	one("FO-BAK-003", "protected", "aws_cognito_user_pool", attrs{"deletion_protection": "ACTIVE"}, true, Compliant)
	one("FO-BAK-003", "not protected", "aws_cognito_user_pool", attrs{"deletion_protection": "INACTIVE"}, true, NonCompliant)
	one("FO-BAK-003", "not wanted", "aws_cognito_user_pool", attrs{}, false, NotApplicable)
	one("FO-BAK-003", "variable", "aws_cognito_user_pool", attrs{"deletion_protection": "${var.p}"}, true, Unknown)

	one("FO-BAK-004", "kept", "aws_s3_bucket", attrs{}, true, Compliant)
	one("FO-BAK-004", "emptied", "aws_s3_bucket", attrs{"force_destroy": true}, true, NonCompliant)
	one("FO-BAK-004", "not wanted", "aws_s3_bucket", attrs{"force_destroy": true}, false, NotApplicable)
	one("FO-BAK-004", "variable", "aws_s3_bucket", attrs{"force_destroy": "${var.p}"}, true, Unknown)

	one("FO-BAK-005", "30", "aws_kms_key", attrs{"deletion_window_in_days": 30}, true, Compliant)
	one("FO-BAK-005", "default", "aws_kms_key", attrs{}, true, Compliant)
	one("FO-BAK-005", "7", "aws_kms_key", attrs{"deletion_window_in_days": 7}, true, NonCompliant)
	one("FO-BAK-005", "not wanted", "aws_kms_key", attrs{"deletion_window_in_days": 7}, false, NotApplicable)
	one("FO-BAK-005", "variable", "aws_kms_key", attrs{"deletion_window_in_days": "${var.d}"}, true, Unknown)

	zones := func(value any) attrs { return attrs{"cluster_config": attrs{"zone_awareness_enabled": value}} }
	one("FO-BAK-006", "spread", "aws_opensearch_domain", zones(true), true, Compliant)
	one("FO-BAK-006", "one zone", "aws_opensearch_domain", zones(false), true, NonCompliant)
	one("FO-BAK-006", "not wanted", "aws_opensearch_domain", zones(false), false, NotApplicable)
	one("FO-BAK-006", "variable", "aws_opensearch_domain", zones("${var.z}"), true, Unknown)
	return cases
}
