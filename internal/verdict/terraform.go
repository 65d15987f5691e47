package verdict

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-exec/tfexec"
)

// oldest is the first Terraform that locks S3 state without a table.
var oldest = version.Must(version.NewVersion("1.10.0"))

// Terraform is a Terraform program and how to call it.
type Terraform struct {
	Path    string
	Version string
	// Environment adds to the process's own.
	Environment map[string]string
}

// Find returns the Terraform on the PATH if it is 1.10 or newer, else the one
// at the path that set-up installs it to.
func Find(ctx context.Context, installed string) (Terraform, error) {
	var problems []error
	candidates := []string{installed}
	if onPath, err := exec.LookPath("terraform"); err == nil {
		candidates = []string{onPath, installed}
	}
	for _, path := range candidates {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		t := Terraform{Path: path}
		tf, err := t.in(os.TempDir())
		if err != nil {
			return Terraform{}, err
		}
		v, _, err := tf.Version(ctx, true)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", path, err))
			continue
		}
		if v.LessThan(oldest) {
			problems = append(problems, fmt.Errorf("%s is %s", path, v))
			continue
		}
		t.Version = v.String()
		return t, nil
	}
	return Terraform{}, errors.Join(append(problems, errors.New("no Terraform 1.10 or newer on the PATH: `make terraform` installs one"))...)
}

// with adds to the environment.
func (t Terraform) with(environment map[string]string) Terraform {
	all := map[string]string{}
	for _, e := range []map[string]string{t.Environment, environment} {
		for name, value := range e {
			all[name] = value
		}
	}
	t.Environment = all
	return t
}

// in prepares to run in a directory, quietly and without questions.
func (t Terraform) in(dir string) (*tfexec.Terraform, error) {
	tf, err := tfexec.NewTerraform(dir, t.Path)
	if err != nil {
		return nil, fmt.Errorf("terraform in %s: %w", dir, err)
	}
	tf.SetStdout(io.Discard)
	tf.SetStderr(io.Discard)
	environment := map[string]string{"CHECKPOINT_DISABLE": "1"}
	for _, pair := range os.Environ() {
		for i := 1; i < len(pair); i++ { // from 1: Windows has names like =C:
			if pair[i] == '=' {
				environment[pair[:i]] = pair[i+1:]
				break
			}
		}
	}
	for name, value := range t.Environment {
		environment[name] = value
	}
	// tfexec sets some of Terraform's variables by options of its own.
	return tf, tf.SetEnv(tfexec.CleanEnv(environment))
}
