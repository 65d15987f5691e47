package verdict

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// planName is a plan's file.
const planName = "plan.tfplan"

// Judge asks about the stacks of an output directory.
type Judge struct {
	Terraform Terraform
	Stacks    []Stack // in the order of deployment
	// Only is the one stack to ask about, or "" for all.
	Only string
	// Cache is where the real providers are kept when the user has no place.
	Cache string
	// Progress hears a line a step.
	Progress io.Writer
}

// Verdict is what Terraform says of one stack.
type Verdict struct {
	Stack    string
	Err      error
	Says     string // in a few words
	Duration time.Duration
}

// Provider says which provider judged.
type Provider string

// The two that can.
const (
	Real   Provider = "the provider that terraform init found"
	Schema Provider = "the schema provider, since the registry is out of reach"
)

// unreachable is how terraform init says that it came to no registry.
var unreachable = regexp.MustCompile(`(?s)could not connect to|failed to request discovery\s+document|error downloading|(?i:dial tcp)|connection refused|no\s+such\s+host|i/o\s+timeout`)

// OutOfReach says whether an init failed because it came to no registry.
func OutOfReach(err error) bool { return err != nil && unreachable.MatchString(err.Error()) }

// Validate has Terraform validate the stacks, without their state. Where the
// registry is out of reach, and no provider is at hand, the schema provider
// judges.
func (j Judge) Validate(ctx context.Context) ([]Verdict, Provider, error) {
	chosen, err := j.chosen()
	if err != nil {
		return nil, "", err
	}
	j.Terraform = j.cached()
	if err := j.reach(ctx, chosen[0], tfexec.Backend(false)); OutOfReach(err) {
		verdicts, err := j.validateSchema(ctx)
		return verdicts, Schema, err
	}
	var verdicts []Verdict
	for _, s := range chosen {
		verdicts = append(verdicts, j.ask(s, func() (string, error) {
			j.say(s, "init")
			tf, err := j.Terraform.in(s.Dir)
			if err == nil {
				err = j.init(ctx, tf, tfexec.Backend(false))
			}
			if err != nil {
				return "", err
			}
			j.say(s, "validate")
			return "valid", validate(ctx, tf, s)
		}))
	}
	return verdicts, Real, nil
}

func (j Judge) validateSchema(ctx context.Context) ([]Verdict, error) {
	var verdicts []Verdict
	err := j.inLab(ctx, func(lab *Lab, s Stack) {
		if j.Only == "" || j.Only == s.Name {
			verdicts = append(verdicts, j.ask(s, func() (string, error) {
				j.say(s, "init, validate")
				return "valid", lab.Accept(ctx, s)
			}))
		}
	})
	return verdicts, err
}

// inLab visits the stacks, up to the one asked about, in a lab of the schema
// provider.
func (j Judge) inLab(ctx context.Context, visit func(*Lab, Stack)) (err error) {
	needed, err := upTo(j.Stacks, j.Only)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "verdict-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	t, err := SchemaOnly(ctx, j.Terraform, filepath.Join(dir, "mirror"), needed)
	if err != nil {
		return err
	}
	lab, err := NewLab(t, filepath.Join(dir, "stacks"), needed)
	if err != nil {
		return err
	}
	for _, s := range lab.Stacks() {
		visit(lab, s)
	}
	return nil
}

func (j Judge) chosen() ([]Stack, error) {
	some, err := upTo(j.Stacks, j.Only)
	if err != nil || j.Only == "" {
		return some, err
	}
	return some[len(some)-1:], nil
}

func (j Judge) ask(s Stack, question func() (string, error)) Verdict {
	start := time.Now()
	says, err := question()
	return Verdict{Stack: s.Name, Err: err, Says: says, Duration: time.Since(start)}
}

func (j Judge) say(s Stack, step string) {
	if j.Progress != nil {
		fmt.Fprintf(j.Progress, "  %-14s %s\n", s.Name, step)
	}
}

// reach initializes the first stack, to see whether there is a provider.
func (j Judge) reach(ctx context.Context, s Stack, options ...tfexec.InitOption) error {
	tf, err := j.Terraform.in(s.Dir)
	if err != nil {
		return err
	}
	return j.init(ctx, tf, options...)
}

// init initializes. With dev_overrides it may fail, by Terraform's own
// documentation, and what follows decides.
func (j Judge) init(ctx context.Context, tf *tfexec.Terraform, options ...tfexec.InitOption) error {
	err := tf.Init(ctx, options...)
	if err != nil && OutOfReach(err) && strings.Contains(cliConfig(), "dev_overrides") {
		return nil
	}
	return err
}

// cached shares the providers between the stacks, unless the user has said
// where they are kept.
func (j Judge) cached() Terraform {
	if j.Cache == "" || os.Getenv("TF_PLUGIN_CACHE_DIR") != "" || strings.Contains(cliConfig(), "plugin_cache_dir") {
		return j.Terraform
	}
	if err := os.MkdirAll(j.Cache, 0o755); err != nil {
		return j.Terraform
	}
	return j.Terraform.with(map[string]string{
		"TF_PLUGIN_CACHE_DIR": j.Cache, "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "true",
	})
}

// cliConfig is the text of the user's CLI configuration.
func cliConfig() string {
	path := os.Getenv("TF_CLI_CONFIG_FILE")
	if home, err := os.UserHomeDir(); path == "" && err == nil {
		path = filepath.Join(home, ".terraformrc")
	}
	text, _ := os.ReadFile(path) // none is as good as an empty one
	return string(text)
}

func validate(ctx context.Context, tf *tfexec.Terraform, s Stack) error {
	result, err := tf.Validate(ctx)
	if err != nil {
		return fmt.Errorf("%s: validate: %w", s.Name, err)
	}
	var errs []error
	for _, d := range result.Diagnostics {
		if d.Severity == tfjson.DiagnosticSeverityError {
			errs = append(errs, complaint(s.Name, d))
		}
	}
	return errors.Join(errs...)
}

// complaint is a diagnostic as an error.
func complaint(name string, d tfjson.Diagnostic) error {
	return fmt.Errorf("%s: %s: %s%s", name, d.Summary, d.Detail, where(d))
}

// where names the block that a diagnostic is about.
func where(d tfjson.Diagnostic) string {
	if d.Snippet == nil || d.Snippet.Context == nil {
		return ""
	}
	return " (in " + *d.Snippet.Context + ")"
}
