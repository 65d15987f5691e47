package validation

func s3Cases() []ruleCase {
	var cases []ruleCase
	bucket := func(rule, name, neighbour string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{
			"aws_s3_bucket.x": {}, neighbour + ".n": with(attrs{"bucket": "${aws_s3_bucket.x.id}"}, attributes),
		}, want, Options{}})
	}
	status := func(value any) attrs { return attrs{"versioning_configuration": attrs{"status": value}} }
	bucket("FO-S3-001", "enabled", "aws_s3_bucket_versioning", status("Enabled"), Compliant)
	bucket("FO-S3-001", "suspended", "aws_s3_bucket_versioning", status("Suspended"), NonCompliant)
	bucket("FO-S3-001", "another's", "aws_s3_bucket_versioning", with(status("Enabled"), attrs{"bucket": "${aws_s3_bucket.y.id}"}), NonCompliant)
	bucket("FO-S3-001", "variable", "aws_s3_bucket_versioning", status("${var.s}"), Unknown)

	block := attrs{"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true}
	bucket("FO-S3-002", "all four", "aws_s3_bucket_public_access_block", block, Compliant)
	for _, setting := range sortedKeys(block) {
		bucket("FO-S3-002", "without "+setting, "aws_s3_bucket_public_access_block", with(block, attrs{setting: nil}), NonCompliant)
	}
	bucket("FO-S3-002", "variable", "aws_s3_bucket_public_access_block", with(block, attrs{"block_public_acls": "${var.b}"}), Unknown)

	owner := func(value any) attrs { return attrs{"rule": attrs{"object_ownership": value}} }
	bucket("FO-S3-003", "enforced", "aws_s3_bucket_ownership_controls", owner("BucketOwnerEnforced"), Compliant)
	bucket("FO-S3-003", "preferred", "aws_s3_bucket_ownership_controls", owner("BucketOwnerPreferred"), NonCompliant)
	bucket("FO-S3-003", "variable", "aws_s3_bucket_ownership_controls", owner("${var.o}"), Unknown)

	bucket("FO-S3-004", "logged", "aws_s3_bucket_logging", attrs{"target_bucket": "${aws_s3_bucket.logs.id}"}, Compliant)
	bucket("FO-S3-004", "to itself", "aws_s3_bucket_logging", attrs{"target_bucket": "${aws_s3_bucket.x.id}"}, NonCompliant)
	bucket("FO-S3-004", "bucket by variable", "aws_s3_bucket_logging", attrs{"bucket": "${var.b}", "target_bucket": "logs"}, Unknown)
	cases = append(cases, ruleCase{"FO-S3-004", "not logged", doc{"aws_s3_bucket.x": {}}, NonCompliant, Options{}})

	rules := func(statuses ...any) attrs {
		var list []any
		for _, status := range statuses {
			list = append(list, attrs{"status": status})
		}
		return attrs{"rule": list}
	}
	bucket("FO-S3-005", "enabled", "aws_s3_bucket_lifecycle_configuration", rules("Disabled", "Enabled"), Compliant)
	bucket("FO-S3-005", "disabled", "aws_s3_bucket_lifecycle_configuration", rules("Disabled"), NonCompliant)
	bucket("FO-S3-005", "variable", "aws_s3_bucket_lifecycle_configuration", rules("${var.s}"), Unknown)

	lockout := func(name string, statement attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-S3-006", name, doc{"aws_s3_bucket_policy.x": {"policy": policyDoc(statement)}}, want, Options{}})
	}
	deny := attrs{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
	plain := attrs{"Bool": attrs{"aws:SecureTransport": "false"}}
	lockout("without TLS", with(deny, attrs{"Condition": plain}), Compliant)
	lockout("somebody", with(deny, attrs{"Principal": attrs{"AWS": "${aws_iam_role.r.arn}"}}), Compliant)
	lockout("other actions", with(deny, attrs{"Action": "s3:DeleteObject*"}), Compliant)
	lockout("everybody", deny, NonCompliant)
	lockout("everybody by a pattern", with(deny, attrs{"Principal": attrs{"AWS": "*"}, "Action": "s3:Put*"}), NonCompliant)
	cases = append(cases,
		ruleCase{"FO-S3-006", "no policy", doc{"aws_s3_bucket.x": {}}, NotApplicable, Options{}},
		ruleCase{"FO-S3-006", "variable", doc{"aws_s3_bucket.x": {"policy": "${var.p}"}}, Unknown, Options{}},
	)

	abort := attrs{"status": "Enabled", "abort_incomplete_multipart_upload": []any{attrs{"days_after_initiation": 7}}, "filter": []any{attrs{"prefix": ""}}}
	uploads := func(name string, rules any, want Verdict) {
		cases = append(cases, ruleCase{"FO-S3-007", name, doc{"aws_s3_bucket_lifecycle_configuration.x": {"rule": rules}}, want, Options{}})
	}
	uploads("aborted", []any{attrs{"status": "Enabled"}, abort}, Compliant)
	uploads("no filter", with(abort, attrs{"filter": nil}), Compliant)
	uploads("not aborted", attrs{"status": "Enabled"}, NonCompliant)
	uploads("disabled", with(abort, attrs{"status": "Disabled"}), NonCompliant)
	uploads("some", with(abort, attrs{"filter": attrs{"prefix": "tmp/"}}), NonCompliant)
	uploads("tagged", with(abort, attrs{"filter": attrs{"tag": attrs{"key": "k"}}}), NonCompliant)
	uploads("variable", with(abort, attrs{"status": "${var.s}"}), Unknown)
	uploads("filter by variable", with(abort, attrs{"filter": attrs{"prefix": "${var.p}"}}), Unknown)
	uploads("rules by variable", "${var.r}", Unknown)
	return cases
}
