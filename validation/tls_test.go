package validation

func tlsCases() []ruleCase {
	deny := func(action string, resources []string, condition attrs) attrs {
		return attrs{"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resources, "Condition": condition}
	}
	plain := attrs{"Bool": attrs{"aws:SecureTransport": "false"}}
	old := attrs{"NumericLessThan": attrs{"s3:TlsVersion": 1.2}}
	whole := []string{"${aws_s3_bucket.x.arn}", "${aws_s3_bucket.x.arn}/*"}

	var cases []ruleCase
	bucket := func(rule, name string, policy any, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{
			"aws_s3_bucket.x": {}, "aws_s3_bucket_policy.p": {"bucket": "${aws_s3_bucket.x.id}", "policy": policy},
		}, want, Options{}})
	}
	for rule, condition := range map[string]attrs{"FO-TLS-001": plain, "FO-TLS-002": old} {
		denial := deny("s3:*", whole, condition)
		bucket(rule, "denied", policyDoc(denial), Compliant)
		bucket(rule, "literal ARNs", policyDoc(deny("s3:*", []string{"arn:aws:s3:::b", "arn:aws:s3:::b/*"}, condition)), Compliant)
		bucket(rule, "everything", policyDoc(deny("*", []string{"*"}, condition)), Compliant)
		bucket(rule, "not denied", policyDoc(with(denial, attrs{"Effect": "Allow"})), NonCompliant)
		bucket(rule, "one action", policyDoc(deny("s3:GetObject", whole, condition)), NonCompliant)
		bucket(rule, "one principal", policyDoc(with(denial, attrs{"Principal": attrs{"AWS": "arn:aws:iam::1:root"}})), NonCompliant)
		bucket(rule, "objects only", policyDoc(deny("s3:*", whole[1:], condition)), NonCompliant)
		bucket(rule, "bucket only", policyDoc(deny("s3:*", whole[:1], condition)), NonCompliant)
		bucket(rule, "one prefix", policyDoc(deny("s3:*", []string{whole[0], whole[0] + "/a/*"}, condition)), NonCompliant)
		bucket(rule, "narrowed", policyDoc(deny("s3:*", whole, with(condition, attrs{"StringEquals": attrs{"aws:PrincipalTag/a": "b"}}))), NonCompliant)
		bucket(rule, "both at once", policyDoc(deny("s3:*", whole, with(plain, old))), NonCompliant)
		bucket(rule, "data source", "${data.aws_iam_policy_document.p.json}", Unknown)
		cases = append(cases,
			ruleCase{rule, "no policy", doc{"aws_s3_bucket.x": {}}, NonCompliant, Options{}},
			ruleCase{rule, "inline", doc{"aws_s3_bucket.x": {"policy": policyDoc(denial)}}, Compliant, Options{}})
	}
	bucket("FO-TLS-002", "as text", policyDoc(deny("s3:*", whole, attrs{"NumericLessThan": attrs{"s3:TlsVersion": "1.2"}})), Compliant)
	bucket("FO-TLS-002", "1.1", policyDoc(deny("s3:*", whole, attrs{"NumericLessThan": attrs{"s3:TlsVersion": "1.1"}})), NonCompliant)
	bucket("FO-TLS-001", "denies TLS", policyDoc(deny("s3:*", whole, attrs{"Bool": attrs{"aws:SecureTransport": "true"}})), NonCompliant)

	about := func(rule, name, typ, attribute, reference string, policy any, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{
			typ + ".x": {}, typ + "_policy.p": {attribute: reference, "policy": policy},
		}, want, Options{}})
	}
	queue := []string{"${aws_sqs_queue.x.arn}"}
	about("FO-TLS-003", "denied", "aws_sqs_queue", "queue_url", "${aws_sqs_queue.x.url}", policyDoc(deny("sqs:*", queue, plain)), Compliant)
	about("FO-TLS-003", "sending only", "aws_sqs_queue", "queue_url", "${aws_sqs_queue.x.id}", policyDoc(deny("sqs:SendMessage", queue, plain)), NonCompliant)
	about("FO-TLS-003", "another's", "aws_sqs_queue", "queue_url", "${aws_sqs_queue.y.id}", policyDoc(deny("sqs:*", queue, plain)), NonCompliant)
	about("FO-TLS-003", "data source", "aws_sqs_queue", "queue_url", "${aws_sqs_queue.x.id}", "${data.aws_iam_policy_document.p.json}", Unknown)
	topic := []string{"${aws_sns_topic.x.arn}"}
	about("FO-TLS-004", "denied", "aws_sns_topic", "arn", "${aws_sns_topic.x.arn}", policyDoc(deny("SNS:Publish", topic, plain)), Compliant)
	about("FO-TLS-004", "not denied", "aws_sns_topic", "arn", "${aws_sns_topic.x.arn}", policyDoc(deny("sns:Subscribe", topic, plain)), NonCompliant)
	about("FO-TLS-004", "data source", "aws_sns_topic", "arn", "${aws_sns_topic.x.arn}", "${data.aws_iam_policy_document.p.json}", Unknown)

	one := func(rule, name, typ string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{typ + ".x": attributes}, want, Options{}})
	}
	endpoint := func(https any, policy any) attrs {
		return attrs{"domain_endpoint_options": attrs{"enforce_https": https, "tls_security_policy": policy}}
	}
	one("FO-TLS-005", "1.2", "aws_opensearch_domain", endpoint(true, "Policy-Min-TLS-1-2-PFS-2023-10"), Compliant)
	one("FO-TLS-005", "1.0", "aws_opensearch_domain", endpoint(true, "Policy-Min-TLS-1-0-2019-07"), NonCompliant)
	one("FO-TLS-005", "plain too", "aws_opensearch_domain", endpoint(false, "Policy-Min-TLS-1-2-2019-07"), NonCompliant)
	one("FO-TLS-005", "nothing", "aws_opensearch_domain", attrs{}, NonCompliant)
	one("FO-TLS-005", "variable", "aws_opensearch_domain", endpoint(true, "${var.p}"), Unknown)
	one("FO-TLS-006", "1.2", "aws_api_gateway_domain_name", attrs{"security_policy": "TLS_1_2"}, Compliant)
	one("FO-TLS-006", "1.3", "aws_api_gateway_domain_name", attrs{"security_policy": "SecurityPolicy_TLS13_1_3_2025_09"}, Compliant)
	one("FO-TLS-006", "default", "aws_api_gateway_domain_name", attrs{}, NonCompliant)
	one("FO-TLS-006", "1.0", "aws_api_gateway_domain_name", attrs{"security_policy": "TLS_1_0"}, NonCompliant)
	one("FO-TLS-006", "WebSocket", "aws_apigatewayv2_domain_name", attrs{"domain_name_configuration": attrs{"security_policy": "TLS_1_2"}}, Compliant)
	one("FO-TLS-006", "variable", "aws_api_gateway_domain_name", attrs{"security_policy": "${var.p}"}, Unknown)
	one("FO-TLS-007", "https", "aws_sns_topic_subscription", attrs{"protocol": "https"}, Compliant)
	one("FO-TLS-007", "email", "aws_sns_topic_subscription", attrs{"protocol": "email"}, Compliant)
	one("FO-TLS-007", "http", "aws_sns_topic_subscription", attrs{"protocol": "http"}, NonCompliant)
	one("FO-TLS-007", "variable", "aws_sns_topic_subscription", attrs{"protocol": "${each.value}"}, Unknown)
	one("FO-TLS-008", "https", "aws_lb_listener", attrs{"protocol": "HTTPS"}, Compliant)
	one("FO-TLS-008", "redirect", "aws_lb_listener", attrs{"protocol": "HTTP", "default_action": []any{attrs{"redirect": attrs{"protocol": "HTTPS"}}}}, Compliant)
	one("FO-TLS-008", "http", "aws_lb_listener", attrs{"protocol": "HTTP"}, NonCompliant)
	one("FO-TLS-008", "variable", "aws_lb_listener", attrs{"protocol": "${var.p}"}, Unknown)
	return cases
}
