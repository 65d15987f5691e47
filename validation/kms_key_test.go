package validation

func kmsKeyCases() []ruleCase {
	var cases []ruleCase
	one := func(rule, name, typ string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{typ + ".x": attributes}, want, Options{}})
	}
	one("FO-KMS-019", "enabled", "aws_kms_key", attrs{"is_enabled": true}, Compliant)
	one("FO-KMS-019", "default", "aws_kms_key", attrs{}, Compliant)
	one("FO-KMS-019", "disabled", "aws_kms_key", attrs{"is_enabled": false}, NonCompliant)
	one("FO-KMS-019", "disabled replica", "aws_kms_replica_key", attrs{"enabled": false}, NonCompliant)
	one("FO-KMS-019", "variable", "aws_kms_key", attrs{"is_enabled": "${var.e}"}, Unknown)

	one("FO-KMS-020", "own", "aws_kms_key", attrs{"policy": policyDoc()}, Compliant)
	one("FO-KMS-020", "none", "aws_kms_key", attrs{}, NonCompliant)
	one("FO-KMS-020", "dynamic", "aws_kms_key", attrs{"dynamic": attrs{"policy": attrs{}}}, Unknown)
	attached := func(name, key string, want Verdict) {
		cases = append(cases, ruleCase{"FO-KMS-020", name, doc{"aws_kms_key.x": {}, "aws_kms_key_policy.p": {"key_id": key}}, want, Options{}})
	}
	attached("attached", "${aws_kms_key.x.id}", Compliant)
	attached("another's", "${aws_kms_key.y.id}", NonCompliant)
	attached("variable", "${var.k}", Unknown)

	one("FO-KMS-021", "secure", "aws_ssm_parameter", attrs{"type": "SecureString"}, Compliant)
	one("FO-KMS-021", "plain", "aws_ssm_parameter", attrs{"type": "String"}, NonCompliant)
	one("FO-KMS-021", "variable", "aws_ssm_parameter", attrs{"type": "${var.t}"}, Unknown)
	return cases
}
