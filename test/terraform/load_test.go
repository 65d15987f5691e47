// Package terraform asks Terraform itself about what is synthesized.
package terraform

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/platform"
	"github.com/flowops/flowops/test/synth"
)

func TestMain(m *testing.M) { os.Exit(synth.Main(m)) }

// binary is the Terraform that judges: the one on the PATH.
func binary(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("not run: there is no terraform on the PATH to load the stacks with")
	}
	return path
}

// load lets Terraform load a directory's configuration: its blocks, their
// meta-arguments, the backend, the required version. It needs no provider.
func load(t *testing.T, dir string) error {
	t.Helper()
	tf, err := tfexec.NewTerraform(dir, binary(t))
	if err != nil {
		t.Fatal(err)
	}
	return tf.Get(t.Context())
}

func TestTerraformLoadsEveryStack(t *testing.T) {
	for _, environment := range envs.Names() {
		t.Run(environment, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			if _, err := platform.Run(t, platform.Config(t, environment), out); err != nil {
				t.Fatal(err)
			}
			for _, name := range stacks.Names() {
				if err := load(t, filepath.Join(out, "stacks", name)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

func TestTerraformRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"resource":{"aws_s3_bucket":{"x":{"lifecycle":{"prevent_destroy":"sometimes"}}}}}`: "bool is required",
		`{"resource":{"aws_s3_bucket":{"x":`:                                                 "",
		`{"terraform":{"required_version":">= 99"}}`:                                         "required_version",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "cdk.tf.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := load(t, dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
