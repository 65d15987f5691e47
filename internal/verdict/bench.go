package verdict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// Bench has Terraform validate many configurations after one initialization:
// each is a module of a configuration that holds nothing else. What a module
// has no part in is not looked at: backends, and whether outputs are sensitive.
type Bench struct {
	dir       string
	terraform *tfexec.Terraform
}

// NewBench makes a bench in a directory. A module is Terraform JSON by name;
// those given here need not be right, but they have the names that there will
// be, and require the providers.
func NewBench(ctx context.Context, t Terraform, dir string, modules map[string][]byte) (*Bench, error) {
	b := &Bench{dir: dir}
	if err := b.lay(modules); err != nil {
		return nil, err
	}
	var err error
	// A validation is over before it is worth collecting garbage: a third of its
	// time.
	if b.terraform, err = t.with(map[string]string{"GOGC": "off", "GOMEMLIMIT": "1GiB"}).in(dir); err != nil {
		return nil, err
	}
	if err := b.terraform.Init(ctx); err != nil {
		return nil, fmt.Errorf("init: %w", err)
	}
	return b, nil
}

// Validate asks Terraform about modules. The error says what it has against
// each.
func (b *Bench) Validate(ctx context.Context, modules map[string][]byte) error {
	if err := b.lay(modules); err != nil {
		return err
	}
	result, err := b.terraform.Validate(ctx)
	if err != nil {
		return fmt.Errorf("validate: %w", err)
	}
	var errs []error
	for _, d := range result.Diagnostics {
		if d.Severity == tfjson.DiagnosticSeverityError {
			errs = append(errs, complaint(module(d), d))
		}
	}
	return errors.Join(errs...)
}

// asset is a file that CDKTF puts beside a stack.
var asset = regexp.MustCompile(`assets/[\w./-]+`)

// lay writes the configuration of the modules, with an empty file for each
// asset that one names: its content is nothing that Terraform judges.
func (b *Bench) lay(modules map[string][]byte) error {
	calls := map[string]any{}
	for name, text := range modules {
		calls[name] = map[string]any{"source": "./" + name}
		if err := put(filepath.Join(b.dir, name, "cdk.tf.json"), text); err != nil {
			return err
		}
		for _, path := range asset.FindAllString(string(text), -1) {
			if err := put(filepath.Join(b.dir, path), nil); err != nil {
				return err
			}
		}
	}
	root, err := json.Marshal(map[string]any{"module": calls})
	if err != nil {
		return err
	}
	return put(filepath.Join(b.dir, "main.tf.json"), root)
}

func put(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// module names the module that a diagnostic is about.
func module(d tfjson.Diagnostic) string {
	if d.Range == nil {
		return "all"
	}
	name, _, _ := strings.Cut(filepath.ToSlash(d.Range.Filename), "/")
	return name
}
