package references

import (
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/platform"
)

func TestEveryReferenceIsThere(t *testing.T) {
	used := map[string]map[string]bool{} // stack, output
	for _, environment := range envs.Names() {
		t.Run(environment, func(t *testing.T) {
			documents := platform.Documents(t, platform.Config(t, environment))
			order := stacks.Names()
			for i, name := range order {
				problems, reads := Check(name, documents[name])
				for _, p := range problems {
					t.Error(p)
				}
				for from, outputs := range reads {
					if j := slices.Index(order, from); j < 0 || j >= i {
						t.Errorf("%s reads the state of %s, which is not deployed before it", name, from)
						continue
					}
					written, _ := documents[from]["output"].(map[string]any)
					for _, o := range outputs {
						if _, ok := written[o]; !ok {
							t.Errorf("%s reads the output %s of %s, which does not write it", name, o, from)
						}
						if used[from] == nil {
							used[from] = map[string]bool{}
						}
						used[from][o] = true
					}
				}
				// A data source that nothing reads costs a request and needs a permission.
				states, _ := documents[name]["data"].(map[string]any)
				remote, _ := states["terraform_remote_state"].(map[string]any)
				for from := range remote {
					if len(reads[from]) == 0 {
						t.Errorf("%s opens the state of %s and reads nothing from it", name, from)
					}
				}
			}
			for name, d := range documents {
				documented := map[string]bool{}
				for _, o := range stacks.OutputDocs(stacks.Outputs()[name]) {
					documented[o.Name] = true
				}
				written, _ := d["output"].(map[string]any)
				for o := range written {
					if !documented[o] {
						t.Errorf("%s writes the output %s, which is in no outputs struct", name, o)
					}
				}
			}
		})
	}
	for _, name := range stacks.Names() {
		for _, o := range stacks.OutputDocs(stacks.Outputs()[name]) {
			if used[name][o.Name] == (o.For != "") {
				if o.For != "" {
					t.Errorf("%s of %s is said to be for %s, but a stack reads it: drop its \"for\"", o.Name, name, o.For)
				} else {
					t.Errorf("%s of %s is read by no stack, and not said to be for anybody", o.Name, name)
				}
			}
		}
	}
}

// The check itself can fail.
func TestCheckFindsWhatIsMissing(t *testing.T) {
	document := map[string]any{
		"resource": map[string]any{"aws_s3_bucket": map[string]any{"b": map[string]any{"bucket": "x"}}},
		"data":     map[string]any{"terraform_remote_state": map[string]any{"foundation": map[string]any{}}},
		"output": map[string]any{
			"ok":      map[string]any{"value": "${aws_s3_bucket.b.arn}/*"},
			"escaped": map[string]any{"value": "$${aws:PrincipalTag/TenantId}"},
			"read":    map[string]any{"value": `${join(",", data.terraform_remote_state.foundation.outputs.ids)}`},
		},
	}
	problems, reads := Check("s", document)
	if len(problems) > 0 || !slices.Equal(reads["foundation"], []string{"ids"}) {
		t.Errorf("problems %v, reads %v", problems, reads)
	}
	for text, want := range map[string]string{
		"${aws_s3_bucket.c.arn}":                        "aws_s3_bucket.c",
		"${data.aws_region.current.name}":               "data.aws_region.current",
		"${local.x}":                                    "local.x",
		"${data.terraform_remote_state.data.outputs.x}": "terraform_remote_state.data",
		"${nonsense(1)}":                                "nonsense()",
		"${aws_s3_bucket.b.arn":                         "s.output.x",
		"arn:${aws:PrincipalTag/TenantId}":              "s.output.x",
	} {
		document["output"] = map[string]any{"x": map[string]any{"value": text}}
		problems, _ := Check("s", document)
		if len(problems) == 0 || !strings.Contains(strings.Join(problems, "\n"), want) {
			t.Errorf("%s: problems %v, want one with %q", text, problems, want)
		}
	}
	document["output"] = map[string]any{"x": map[string]any{"value": "a", "depends_on": []any{"aws_s3_bucket.c"}}}
	if problems, _ := Check("s", document); len(problems) != 1 {
		t.Errorf("a dependency on nothing: %v", problems)
	}
}
