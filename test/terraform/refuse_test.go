package terraform

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/internal/verdict"
	"github.com/flowops/flowops/test/figures"
)

// object is a part of a stack's JSON.
type object = map[string]any

// broken copies a stack with a change to its JSON.
func broken(t *testing.T, s verdict.Stack, change func(document object)) verdict.Stack {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Dir, "cdk.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	var document object
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	change(document)
	if text, err = json.Marshal(document); err != nil {
		t.Fatal(err)
	}
	s.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(s.Dir, "cdk.tf.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// resource is the first resource of a type, and its name.
func resource(t *testing.T, document object, kind string) (string, object) {
	t.Helper()
	named, _ := document["resource"].(object)[kind].(object)
	names := slices.Sorted(maps.Keys(named))
	if len(names) == 0 {
		t.Fatalf("the stack has no %s any more: break another resource", kind)
	}
	return names[0], named[names[0]].(object)
}

func set(kind, attribute string, value any) func(*testing.T, object) {
	return func(t *testing.T, document object) {
		_, r := resource(t, document, kind)
		r[attribute] = value
	}
}

func TestTerraformRefuses(t *testing.T) {
	stacks := stacksOf(t, "dev")
	program := terraform(t, stacks)
	for name, c := range map[string]struct {
		change func(t *testing.T, foundation object)
		want   string
	}{
		"wrong type":        {set("aws_kms_key", "deletion_window_in_days", "soon"), "a number is required"},
		"text for a list":   {set("aws_cognito_user_pool_client", "callback_urls", "https://example.com"), "set of string required"},
		"unknown argument":  {set("aws_kms_key", "descripton", "x"), "Extraneous JSON object property"},
		"computed argument": {set("aws_kms_key", "arn", "arn:aws:kms:eu-central-1:111111111111:key/x"), "Value for unconfigurable attribute"},
		"second of one block": {
			set("aws_cognito_user_pool", "password_policy", []object{{"minimum_length": 8}, {"minimum_length": 9}}),
			"No more than 1",
		},
		"missing argument": {func(t *testing.T, document object) {
			_, client := resource(t, document, "aws_cognito_user_pool_client")
			delete(client, "user_pool_id")
		}, `argument "user_pool_id" is required`},
		"missing resource":  {set("aws_kms_alias", "target_key_id", "${aws_kms_key.nobody.id}"), "Reference to undeclared resource"},
		"missing attribute": {set("aws_kms_alias", "target_key_id", "${aws_cognito_user_pool.users.key}"), "Unsupported attribute"},
		"cycle": {func(t *testing.T, document object) {
			alias, a := resource(t, document, "aws_kms_alias")
			pool, p := resource(t, document, "aws_cognito_user_pool")
			p["name"] = "${aws_kms_alias." + alias + ".name}"
			a["name"] = "alias/${aws_cognito_user_pool." + pool + ".id}"
		}, "Cycle:"},
		"future Terraform":  {func(_ *testing.T, document object) { document["terraform"].(object)["required_version"] = ">= 99" }, "required_version"},
		"lifecycle as text": {set("aws_kms_key", "lifecycle", object{"prevent_destroy": "sometimes"}), "bool is required"},
	} {
		t.Run(name, func(t *testing.T) {
			foundation := broken(t, stacks[0], func(document object) { c.change(t, document) })
			l := lab(t, program, []verdict.Stack{foundation})
			refused(t, l.Accept(t.Context(), l.Stacks()[0]), c.want)
		})
	}
	t.Run("missing output of an earlier stack", func(t *testing.T) {
		foundation := broken(t, stacks[0], func(document object) { delete(document["output"].(object), "kms_key_arn") })
		l := lab(t, program, []verdict.Stack{foundation, stacks[1]})
		for i, s := range l.Stacks() {
			if err := l.Accept(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			err := l.Apply(t.Context(), s)
			if i == 0 && err != nil {
				t.Fatal(err)
			} else if i == 1 {
				refused(t, err, `does not have an attribute named "kms_key_arn"`)
			}
		}
	})
	t.Run("state that nobody writes", func(t *testing.T) {
		_, err := verdict.NewLab(program, t.TempDir(), stacks[1:])
		refused(t, err, "data reads the remote state foundation")
	})
	t.Run("value for ever new", func(t *testing.T) {
		foundation := broken(t, stacks[0], func(document object) {
			set("aws_kms_key", "description", "made ${timestamp()}")(t, document)
		})
		l := lab(t, program, []verdict.Stack{foundation})
		if err := l.Accept(t.Context(), l.Stacks()[0]); err != nil {
			t.Fatal(err)
		}
		if err := l.Apply(t.Context(), l.Stacks()[0]); err != nil {
			t.Fatal(err)
		}
		refused(t, l.Settled(t.Context(), l.Stacks()[0]), "a second plan changes something")
	})
}

// refused compares without the line breaks that Terraform puts into its
// sentences.
func refused(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(strings.Join(strings.Fields(err.Error()), " "), want) {
		t.Errorf("Terraform says %v, want %q", err, want)
		return
	}
	figures.Report(t, figures.Mutants, 1)
}
