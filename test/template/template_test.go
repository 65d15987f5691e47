package template

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEvaluate(t *testing.T) {
	v := Values{
		Resources: map[string]map[string]any{"aws_s3_bucket": {"b": map[string]any{"arn": "arn:aws:s3:::b"}}},
		Outputs:   map[string]any{"data": map[string]any{"key_arn": "arn:k", "ids": []any{"a", "b"}}},
	}
	got, err := v.Evaluate(map[string]any{
		"text": "plain", "number": 3.0,
		"policy": []any{"${aws_s3_bucket.b.arn}/tenants/$${aws:PrincipalTag/TenantId}/*"},
		"output": "${data.terraform_remote_state.data.outputs.key_arn}", "list": "${data.terraform_remote_state.data.outputs.ids}",
		"joined": `${join(",", data.terraform_remote_state.data.outputs.ids)}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]any{
		"text": "plain", "number": 3.0, "policy": []any{"arn:aws:s3:::b/tenants/${aws:PrincipalTag/TenantId}/*"}, "output": "arn:k", "list": []any{"a", "b"}, "joined": "a,b",
	}, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	for _, wrong := range []string{"${aws_s3_bucket.none.arn}", "${aws_s3_bucket.b.none}", "${data.terraform_remote_state.other.outputs.x}", "${", `${filemd5("x")}`} {
		if got, err := v.Evaluate(wrong); err == nil {
			t.Errorf("%s is %v, want an error", wrong, got)
		}
	}
}

func TestReady(t *testing.T) {
	v := Values{Resources: map[string]map[string]any{"aws_s3_bucket": {"b": map[string]any{}}}}
	for name, c := range map[string]struct {
		value any
		want  bool
	}{
		"text":               {"x", true},
		"there":              {[]any{"${aws_s3_bucket.b.id}"}, true},
		"not there":          {map[string]any{"a": []any{"${aws_s3_bucket.c.id}"}}, false},
		"an output":          {"${data.terraform_remote_state.data.outputs.x}", true},
		"depends, there":     {map[string]any{"depends_on": []any{"aws_s3_bucket.b"}}, true},
		"depends, not":       {map[string]any{"depends_on": []any{"aws_s3_bucket.c"}}, false},
		"metadata is no use": {map[string]any{"//": "${aws_s3_bucket.c.id}", "lifecycle": "${aws_s3_bucket.c.id}"}, true},
	} {
		if got := v.Ready(c.value); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
