package properties

import (
	"maps"
	"slices"
	"strings"

	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// terraformMutants make one document wrong in a way that is for Terraform to
// see: of the stacks, another one in another configuration.
func terraformMutants() []mutant {
	of := func(name string, how func(d synth.Document) bool) mutant {
		return mutant{name: name, every: 8, change: func(e environment, _ synth.Document) bool {
			names := stacks.Names()
			for i := range names {
				stack := names[(e.turn(len(names))+i)%len(names)]
				if !how(e.docs[stack]) {
					continue
				}
				maps.DeleteFunc(e.docs, func(other string, _ synth.Document) bool { return other != stack }) // they are right
				return true
			}
			return false
		}}
	}
	// each changes the first resource that it can.
	each := func(name string, how func(r synth.Resource) bool) mutant {
		return of(name, func(d synth.Document) bool {
			all := d.Resources("")
			slices.SortFunc(all, func(a, b synth.Resource) int { return strings.Compare(a.Path, b.Path) })
			return slices.ContainsFunc(all, how)
		})
	}
	set := func(name, attribute string, value any) mutant {
		return each(name, func(r synth.Resource) bool { r.Attributes[attribute] = value; return true })
	}
	// one changes the first of these attributes that a document has.
	one := func(name string, attributes [][2]string, how func(a map[string]any, attribute string)) mutant {
		return of(name, func(d synth.Document) bool {
			for _, at := range attributes {
				if r, ok := first(d, at[0], ""); ok && r.Attributes[at[1]] != nil {
					how(r.Attributes, at[1])
					return true
				}
			}
			return false
		})
	}
	return []mutant{
		set("an argument that there is not", "descripton", "x"),
		set("a block that there is not", "encryption_at_rest", []any{map[string]any{"enabled": true}}),
		set("a reference to an undeclared resource", "depends_on", []any{"aws_s3_bucket.nothing"}),
		each("a number as text", func(r synth.Resource) bool {
			for _, name := range slices.Sorted(maps.Keys(r.Attributes)) {
				if _, ok := r.Attributes[name].(float64); ok {
					r.Attributes[name] = "soon"
					return true
				}
			}
			return false
		}),
		each("a text as an object", func(r synth.Resource) bool {
			for _, name := range slices.Sorted(maps.Keys(r.Attributes)) {
				if _, ok := r.Attributes[name].(string); ok {
					r.Attributes[name] = map[string]any{"a": "b"}
					return true
				}
			}
			return false
		}),
		each("an attribute that is AWS's to set", func(r synth.Resource) bool {
			if !slices.Contains([]string{"aws_kms_key", "aws_lambda_function", "aws_iam_role", "aws_sns_topic", "aws_cloudwatch_metric_alarm"}, r.Type) {
				return false
			}
			r.Attributes["arn"] = "arn:aws:iam::111111111111:role/x"
			return true
		}),
		one("a required argument left out", [][2]string{
			{"aws_iam_role", "assume_role_policy"}, {"aws_kms_alias", "target_key_id"}, {"aws_sns_topic_policy", "policy"},
			{"aws_api_gateway_resource", "path_part"}, {"aws_cloudwatch_metric_alarm", "comparison_operator"}, {"aws_s3_bucket_policy", "policy"},
		}, func(a map[string]any, name string) { delete(a, name) }),
		one("two blocks where one may be", [][2]string{
			{"aws_lambda_function", "tracing_config"}, {"aws_cognito_user_pool", "password_policy"}, {"aws_dynamodb_table", "server_side_encryption"},
			{"aws_sfn_state_machine", "logging_configuration"}, {"aws_api_gateway_stage", "access_log_settings"}, {"aws_xray_group", "insights_configuration"},
		}, func(a map[string]any, name string) { block := list(a[name])[0]; a[name] = []any{block, block} }),
	}
}
