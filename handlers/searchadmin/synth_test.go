package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/searchtest"
)

// The setup of every environment, as it is synthesized, is one that the
// function does, and does once.
func TestSynthesizedSetups(t *testing.T) {
	files, err := filepath.Glob("../../test/snapshots/*/ai.tf.json")
	if err != nil || len(files) != 3 {
		t.Fatalf("%d environments, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var stack struct {
				Resource struct {
					Invocations map[string]struct{ Input string } `json:"aws_lambda_invocation"`
				}
			}
			if err := json.Unmarshal(text, &stack); err != nil || len(stack.Resource.Invocations) != 1 {
				t.Fatalf("%d invocations, %v", len(stack.Resource.Invocations), err)
			}
			for _, invocation := range stack.Resource.Invocations {
				s := searchtest.New(t)
				h, _, _ := testHandler(t, s)
				for _, changes := range []int{6, 0} {
					got, err := invoke(t, h, json.RawMessage(invocation.Input))
					if err != nil || len(got.Changed) != changes {
						t.Errorf("%v, %v: want %d changes", got, err, changes)
					}
				}
				if s.Setting(contract.VectorIndex, "knn") != "true" {
					t.Error("the index is not made from the template")
				}
			}
		})
	}
}
