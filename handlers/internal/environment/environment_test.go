package environment

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

func TestRead(t *testing.T) {
	fn := contract.Function{Name: "example", Environment: []string{"OWN_ONE", "OWN_TWO"}}
	complete := map[string]string{
		contract.EnvEnvironment: "dev", contract.EnvLogLevel: "INFO", contract.EnvMetricNamespace: "FlowOps",
		"OWN_ONE": "1", "OWN_TWO": "2", "OTHER": "not required",
	}
	tests := []struct {
		name    string
		change  map[string]string // laid over complete; "-" removes
		missing []string
	}{
		{name: "complete"},
		{name: "one unset", change: map[string]string{"OWN_TWO": "-"}, missing: []string{"OWN_TWO"}},
		{name: "one empty", change: map[string]string{"OWN_ONE": ""}, missing: []string{"OWN_ONE"}},
		{name: "one blank", change: map[string]string{"OWN_ONE": " \t"}, missing: []string{"OWN_ONE"}},
		{
			name:    "several, in the contract's order",
			change:  map[string]string{"OWN_TWO": "-", contract.EnvLogLevel: "", "OWN_ONE": "-"},
			missing: []string{contract.EnvLogLevel, "OWN_ONE", "OWN_TWO"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env := map[string]string{}
			for k, v := range complete {
				env[k] = v
			}
			for k, v := range tt.change {
				if v == "-" {
					delete(env, k)
				} else {
					env[k] = v
				}
			}
			values, err := Read(fn, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
			if len(tt.missing) == 0 {
				if err != nil {
					t.Fatal(err)
				}
				delete(env, "OTHER")
				if d := cmp.Diff(Values(env), values); d != "" {
					t.Errorf("values (-want +got):\n%s", d)
				}
				return
			}
			var missing *MissingError
			if !errors.As(err, &missing) {
				t.Fatalf("error is %v, want a *MissingError", err)
			}
			if d := cmp.Diff(tt.missing, missing.Names); d != "" {
				t.Errorf("missing (-want +got):\n%s", d)
			}
			for _, name := range tt.missing {
				if _, ok := values[name]; ok {
					t.Errorf("%s is missing and has a value", name)
				}
			}
		})
	}
}

func TestRequiredDoesNotChangeTheContract(t *testing.T) {
	before := len(contract.CommonEnvironment)
	_ = append(Required(contract.Records), "MORE")
	_ = append(Required(contract.SafeActions), "MORE")
	if len(contract.CommonEnvironment) != before {
		t.Errorf("contract.CommonEnvironment has %d names, had %d", len(contract.CommonEnvironment), before)
	}
	for _, fn := range contract.Functions() {
		seen := map[string]bool{}
		for _, name := range Required(fn) {
			if seen[name] {
				t.Errorf("%s requires %s twice", fn.Name, name)
			}
			seen[name] = true
		}
	}
}
