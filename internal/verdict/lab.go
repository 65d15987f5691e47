package verdict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// Lab holds copies of stacks whose states are local files, so that they can be
// applied and destroyed with nothing real to change.
type Lab struct {
	terraform Terraform
	stacks    []Stack // the copies
}

// NewLab copies stacks into a directory. An override file beside each copy
// turns its backend, and the remote states that it reads, into local ones, and
// lets protected resources be destroyed. A remote state that no stack before it
// writes is an error.
func NewLab(t Terraform, dir string, stacks []Stack) (*Lab, error) {
	lab := &Lab{terraform: t}
	var before []state
	for _, s := range stacks {
		copied := Stack{Name: s.Name, Dir: filepath.Join(dir, s.Name)}
		if err := copyStack(s.Dir, copied.Dir); err != nil {
			return nil, fmt.Errorf("copy %s: %w", s.Name, err)
		}
		own, err := s.state()
		if err != nil {
			return nil, err
		}
		remotes := map[string]any{}
		for name, r := range own.remotes {
			writer := ""
			for i, b := range before {
				if r.of(b) {
					writer = lab.stacks[i].Name
				}
			}
			if writer == "" {
				return nil, fmt.Errorf("%s reads the remote state %s (%v), which no stack before it writes", s.Name, name, r.Config)
			}
			remotes[name] = remote{Backend: "local", Config: map[string]any{"path": stateFile(dir, writer)}}
		}
		if err := override(copied.Dir, stateFile(dir, s.Name), remotes, own.protected); err != nil {
			return nil, err
		}
		before = append(before, own)
		lab.stacks = append(lab.stacks, copied)
	}
	return lab, nil
}

func stateFile(dir, stack string) string { return filepath.Join(dir, stack+".tfstate") }

func override(dir, state string, remotes map[string]any, protected map[string][]string) error {
	content := map[string]any{
		"terraform": map[string]any{"backend": map[string]any{"local": map[string]any{"path": state}}},
	}
	if len(remotes) > 0 {
		content["data"] = map[string]any{"terraform_remote_state": remotes}
	}
	resources := map[string]map[string]any{}
	for kind, names := range protected {
		resources[kind] = map[string]any{}
		for _, name := range names {
			resources[kind][name] = map[string]any{"lifecycle": map[string]any{"prevent_destroy": false}}
		}
	}
	if len(resources) > 0 {
		content["resource"] = resources
	}
	text, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "local_override.tf.json"), text, 0o600)
}

// copyStack leaves behind what Terraform keeps in a stack's directory.
func copyStack(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	kept, err := filepath.Glob(filepath.Join(to, ".terraform*"))
	if err != nil {
		return err
	}
	var errs []error
	for _, path := range kept {
		errs = append(errs, os.RemoveAll(path))
	}
	return errors.Join(errs...)
}

// Stacks are the copies, in the order of deployment.
func (l *Lab) Stacks() []Stack { return l.stacks }

// Accept initializes a stack and has its configuration validated.
func (l *Lab) Accept(ctx context.Context, s Stack) error {
	tf, err := l.terraform.in(s.Dir)
	if err != nil {
		return err
	}
	if err := tf.Init(ctx); err != nil {
		return fmt.Errorf("%s: init: %w", s.Name, err)
	}
	return validate(ctx, tf, s)
}

// Apply plans a stack and carries that plan out.
func (l *Lab) Apply(ctx context.Context, s Stack) error {
	tf, err := l.terraform.in(s.Dir)
	if err != nil {
		return err
	}
	plan := filepath.Join(s.Dir, planName)
	if _, err := tf.Plan(ctx, tfexec.Out(plan)); err != nil {
		return fmt.Errorf("%s: plan: %w", s.Name, err)
	}
	if err := tf.Apply(ctx, tfexec.DirOrPlan(plan)); err != nil {
		return fmt.Errorf("%s: apply: %w", s.Name, err)
	}
	return nil
}

// Settled is nil if a plan of an applied stack changes nothing.
func (l *Lab) Settled(ctx context.Context, s Stack) error {
	tf, err := l.terraform.in(s.Dir)
	if err != nil {
		return err
	}
	plan := filepath.Join(s.Dir, planName)
	changed, err := tf.Plan(ctx, tfexec.Out(plan))
	if err != nil {
		return fmt.Errorf("%s: second plan: %w", s.Name, err)
	}
	if !changed {
		return nil
	}
	shown, err := tf.ShowPlanFileRaw(ctx, plan)
	return errors.Join(fmt.Errorf("%s: a second plan changes something:\n%s", s.Name, shown), err)
}

// Destroy destroys a stack. It is an error if its state isn't empty then.
func (l *Lab) Destroy(ctx context.Context, s Stack) error {
	tf, err := l.terraform.in(s.Dir)
	if err != nil {
		return err
	}
	if err := tf.Destroy(ctx, tfexec.Refresh(false)); err != nil {
		return fmt.Errorf("%s: destroy: %w", s.Name, err)
	}
	text, err := os.ReadFile(stateFile(filepath.Dir(s.Dir), s.Name))
	if err != nil {
		return err
	}
	var left struct{ Resources []struct{ Type, Name string } }
	if err := json.Unmarshal(text, &left); err != nil {
		return fmt.Errorf("%s: read the state: %w", s.Name, err)
	}
	var names []string
	for _, r := range left.Resources {
		names = append(names, r.Type+"."+r.Name)
	}
	if len(names) > 0 {
		return fmt.Errorf("%s: destroy left %s", s.Name, strings.Join(names, ", "))
	}
	return nil
}
