package validation

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const document1 = `{
  "//": {"metadata": {"stackName": "data", "version": "0.21.0"}},
  "provider": {"aws": [{"region": "eu-central-1"}, {"alias": "global", "region": "us-east-1"}]},
  "resource": {
    "aws_s3_bucket": {
      "documents_bucket_1": {
        "//": {
          "metadata": {"path": "data/documents/bucket", "uniqueId": "documents_bucket_1"},
          "suppress": {"FO-S3-004": "Logs would fill the bucket that they are about"}
        },
        "bucket": "flowops-dev-documents"
      },
      "logs": {"//": {"metadata": {"path": "data/access/logs"}}}
    },
    "aws_s3_bucket_versioning": {
      "v": {"bucket": "${aws_s3_bucket.documents_bucket_1.id}", "versioning_configuration": {"status": "Enabled"}}
    }
  }
}`

func TestParse(t *testing.T) {
	s, err := Parse("data", []byte(document1))
	if err != nil {
		t.Fatal(err)
	}
	type row struct{ Address, Path string }
	var got []row
	for _, r := range s.Resources {
		got = append(got, row{r.Address(), r.Path})
	}
	want := []row{
		{"aws_s3_bucket.logs", "data/access/logs"},
		{"aws_s3_bucket_versioning.v", "data/aws_s3_bucket_versioning.v"},
		{"aws_s3_bucket.documents_bucket_1", "data/documents/bucket"},
		{"provider.aws.0", "data/provider.aws.0"},
		{"provider.aws.global", "data/provider.aws.global"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	bucket, found := s.Find("aws_s3_bucket", "documents_bucket_1")
	if !found || bucket.Suppressions["FO-S3-004"] == "" {
		t.Errorf("bucket %v with suppressions %v", found, bucket.Suppressions)
	}
	if diff := cmp.Diff([]string{"aws_s3_bucket", "aws_s3_bucket_versioning", ProviderType}, s.Types()); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	neighbours, complete := s.Neighbours(bucket, "aws_s3_bucket_versioning", "bucket")
	if len(neighbours) != 1 || !complete {
		t.Errorf("%d neighbours, complete %t", len(neighbours), complete)
	}
	if owner, ok := s.Resolve(neighbours[0].Get("bucket")); !ok || owner.Address() != bucket.Address() {
		t.Errorf("resolved to %s, %t", owner.Address(), ok)
	}
}

func TestParseRefusesOtherDocuments(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":           `{`,
		"a list":            `[]`,
		"a resource of one": `{"resource": {"aws_s3_bucket": "x"}}`,
	} {
		if _, err := Parse("data", []byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if s, err := Parse("empty", []byte(`{}`)); err != nil || len(s.Resources) != 0 {
		t.Errorf("an empty stack: %v, %v", s, err)
	}
}

func TestReference(t *testing.T) {
	for text, want := range map[string]Reference{
		"${aws_kms_key.key.arn}":                                         {RefResource, "aws_kms_key", "key", "arn"},
		"${aws_acm_certificate.c.options[0].name}":                       {RefResource, "aws_acm_certificate", "c", "options.name"},
		"${data.aws_region.current.name}":                                {RefData, "aws_region", "current", "name"},
		"${data.terraform_remote_state.foundation.outputs.kms_key_arn}":  {RefRemoteState, "terraform_remote_state", "foundation", "kms_key_arn"},
		"${data.terraform_remote_state.foundation.outputs.subnets[0]}":   {RefRemoteState, "terraform_remote_state", "foundation", "subnets"},
		"${random_id.suffix.hex}":                                        {RefResource, "random_id", "suffix", "hex"},
		"${aws_cloudwatch_log_group.data_f-logs_0A1B2C3D.name}":          {RefResource, "aws_cloudwatch_log_group", "data_f-logs_0A1B2C3D", "name"},
		"${data.terraform_remote_state.foundation.outputs.a_kms_key_id}": {RefRemoteState, "terraform_remote_state", "foundation", "a_kms_key_id"},
	} {
		got, ok := newValue(text).Reference()
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	for _, text := range []string{
		"", "key", "${var.key}", "${local.key}", "$${aws:PrincipalTag/TenantId}", "${aws_kms_key.key.arn}/x", "x${aws_kms_key.key.arn}",
		"${coalesce(aws_kms_key.a.arn)}", "${each.value}",
	} {
		if got, ok := newValue(text).Reference(); ok {
			t.Errorf("%q is %+v", text, got)
		}
	}
}

func TestValue(t *testing.T) {
	r := Resource{Attributes: attrs{
		"text": "a", "expression": "a-${var.b}", "escaped": "$${aws:username}", "directive": "%{if true}a%{endif}",
		"yes": "true", "number": 1.5, "null": nil, "one": []any{attrs{"a": "b"}}, "two": []any{attrs{}, attrs{}}, "none": []any{},
	}}
	type answer struct {
		Text  string
		Known bool
	}
	for name, want := range map[string]answer{
		"text": {"a", true}, "expression": {"", false}, "escaped": {"$${aws:username}", true}, "directive": {"", false},
		"yes": {"true", true}, "number": {"1.5", true}, "null": {"", true}, "missing": {"", true}, "one": {"", false},
	} {
		text, known := r.Get(name).Text()
		if diff := cmp.Diff(want, answer{text, known}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if text, known := r.Get("one", "a").Text(); text != "b" || !known {
		t.Errorf("one.a is %q, %t", text, known)
	}
	if v := r.Get("two", "a"); v.Absent() {
		t.Error("one of two blocks can't be told to lack a")
	}
	if v := r.Get("none", "a"); !v.Absent() {
		t.Error("no block has an a")
	}
	if v := r.Get("text", "a"); v.Absent() {
		t.Error("a text where a block is wanted is not the absence of one")
	}
	if yes, known := r.Get("yes").Bool(); !yes || !known {
		t.Errorf("yes is %t, %t", yes, known)
	}
	if _, known := r.Get("text").Bool(); known {
		t.Error("a text is a boolean")
	}
	if n, known := r.Get("number").Number(); n != 1.5 || !known {
		t.Errorf("number is %g, %t", n, known)
	}
}

func TestPolicyIsReadAsIAMReadsIt(t *testing.T) {
	text := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sqs:SendMessage",
		"Resource":["${aws_sqs_queue.q.arn}"],"Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"s3:TlsVersion":1.2}}}}`
	got, known := parsePolicy(newValue(text))
	want := policy{{
		Sid: "statement 1", Effect: "Allow", Principals: map[string][]string{"Service": {"s3.amazonaws.com"}},
		Actions: []string{"sqs:SendMessage"}, Resources: []string{"${aws_sqs_queue.q.arn}"},
		Conditions: []condition{{"Bool", "aws:SecureTransport", []string{"true"}}, {"NumericLessThan", "s3:TlsVersion", []string{"1.2"}}},
	}}
	if diff := cmp.Diff(want, got); diff != "" || !known {
		t.Errorf("known %t (-want +got):\n%s", known, diff)
	}
	for _, text := range []string{
		`{}`, `[]`, `"a"`, `{"Statement": "a"}`, `{"Statement": [{"Effect": "Maybe"}]}`, `{"Statement": [{"Effect": "Allow", "Action": {}}]}`,
		`{"Statement": [{"Effect": "Allow", "Condition": "x"}]}`, `{"Statement": [{"Effect": "Allow", "Resource": [null]}]}`,
	} {
		if _, known := parsePolicy(newValue(text)); known {
			t.Errorf("%s is known", text)
		}
	}
}
