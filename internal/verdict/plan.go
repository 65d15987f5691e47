package verdict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// Plan has Terraform plan the stacks against their real state, which it only
// reads, and writes each plan and its JSON into dir. Where the registry is out
// of reach, it plans with the schema provider what a first deployment of all
// stacks would make.
func (j Judge) Plan(ctx context.Context, dir string) ([]Verdict, Provider, error) {
	chosen, err := j.chosen()
	if err != nil {
		return nil, "", err
	}
	// Plans can hold secrets; those of an earlier run would pass for this one's.
	problems := []error{os.MkdirAll(dir, 0o700)}
	for _, s := range j.Stacks {
		for _, file := range []string{planFile(dir, s), jsonFile(dir, s)} {
			if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
				problems = append(problems, err)
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, "", err
	}
	j.Terraform = j.cached()
	if err := j.reach(ctx, chosen[0], tfexec.Backend(false)); OutOfReach(err) {
		verdicts, err := j.planSchema(ctx, dir)
		return verdicts, Schema, err
	}
	var verdicts []Verdict
	for _, s := range chosen {
		verdicts = append(verdicts, j.ask(s, func() (string, error) {
			j.say(s, "init")
			tf, err := j.Terraform.in(s.Dir)
			if err == nil {
				err = j.init(ctx, tf)
			}
			if err != nil {
				return "", err
			}
			j.say(s, "plan")
			return plan(ctx, tf, s, dir)
		}))
	}
	return verdicts, Real, nil
}

// planSchema also applies, in a lab: the next stack reads what this one put out.
func (j Judge) planSchema(ctx context.Context, dir string) ([]Verdict, error) {
	var verdicts []Verdict
	var failed error
	err := j.inLab(ctx, func(lab *Lab, s Stack) {
		verdict := j.ask(s, func() (string, error) {
			if failed != nil {
				return "", fmt.Errorf("%s: not planned, an earlier stack failed", s.Name)
			}
			j.say(s, "init, validate, plan")
			if err := lab.Accept(ctx, s); err != nil {
				return "", err
			}
			tf, err := lab.terraform.in(s.Dir)
			if err != nil {
				return "", err
			}
			says, err := plan(ctx, tf, s, dir)
			if err != nil {
				return says, err
			}
			return says, tf.Apply(ctx, tfexec.DirOrPlan(planFile(dir, s)))
		})
		failed = errors.Join(failed, verdict.Err)
		if j.Only == "" || j.Only == s.Name || verdict.Err != nil {
			verdicts = append(verdicts, verdict)
		}
	})
	return verdicts, err
}

func planFile(dir string, s Stack) string { return filepath.Join(dir, s.Name+".tfplan") }

func jsonFile(dir string, s Stack) string { return filepath.Join(dir, s.Name+".json") }

// plan writes a stack's plan and its JSON, and says what it changes.
func plan(ctx context.Context, tf *tfexec.Terraform, s Stack, dir string) (string, error) {
	file := planFile(dir, s)
	if _, err := tf.Plan(ctx, tfexec.Out(file), tfexec.Lock(false)); err != nil {
		return "", fmt.Errorf("%s: plan: %w", s.Name, err)
	}
	shown, err := tf.ShowPlanFile(ctx, file)
	if err != nil {
		return "", fmt.Errorf("%s: show the plan: %w", s.Name, err)
	}
	text, err := json.MarshalIndent(shown, "", "  ")
	if err != nil {
		return "", fmt.Errorf("%s: %w", s.Name, err)
	}
	if err := os.WriteFile(jsonFile(dir, s), append(text, '\n'), 0o600); err != nil {
		return "", err
	}
	return counts(shown), nil
}

func counts(p *tfjson.Plan) string {
	add, change, destroy := 0, 0, 0
	for _, r := range p.ResourceChanges {
		for _, a := range r.Change.Actions {
			switch a {
			case tfjson.ActionCreate:
				add++
			case tfjson.ActionUpdate:
				change++
			case tfjson.ActionDelete:
				destroy++
			}
		}
	}
	return fmt.Sprintf("%d to add, %d to change, %d to destroy", add, change, destroy)
}
