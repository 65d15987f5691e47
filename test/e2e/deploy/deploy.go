// Package deploy makes the resources of a synthesized environment in an AWS
// account on this machine, as Terraform would make them from the same JSON: so
// the functions run against the tables, policies, rules and the state machine
// that are deployed, not against a copy of them.
//
// It makes what the functions and their triggers touch. What it leaves out, and
// why, is in a list (leftOut); a type in neither is an error, so that a new
// resource can't be forgotten.
package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/test/synth"
	"github.com/flowops/flowops/test/template"
)

// Options say what is deployed where.
type Options struct {
	Config  aws.Config // of the account; its endpoint is this machine's
	Account string     // id
	// Stacks are in the order of deployment.
	Stacks []Stack
	// Environment is added to every function's variables.
	Environment func(function string) map[string]string
	// Stand are the attributes of resources that are stood in for, by type.
	Stand map[string]map[string]any
	// Host is the architecture that functions are compiled for here.
	Host string
}

// Stack is a stack's synthesized document.
type Stack struct {
	Name     string
	Dir      string // that its assets' paths begin at
	Document synth.Document
}

// Deployment is what was made.
type Deployment struct {
	options Options
	clients clients
	values  template.Values // of the stack at work
	// LeftOut counts what was not made, by type.
	LeftOut map[string]int
	Made    int
}

// Run makes all resources of all stacks.
func Run(ctx context.Context, o Options) (*Deployment, error) {
	d := &Deployment{options: o, clients: newClients(o.Config), values: template.Values{Outputs: map[string]any{}}, LeftOut: map[string]int{}}
	for _, s := range o.Stacks {
		if err := d.stack(ctx, s); err != nil {
			return nil, fmt.Errorf("deploy %s: %w", s.Name, err)
		}
	}
	return d, nil
}

// Output is an output of a stack.
func (d *Deployment) Output(stack, name string) string {
	s, _ := d.values.Outputs[stack].(map[string]any)[name].(string)
	return s
}

// resource is one to be made, its attributes evaluated.
type resource struct {
	kind, name string
	dir        string
	block
}

// stack makes a stack's resources, each as soon as what it refers to is there.
func (d *Deployment) stack(ctx context.Context, s Stack) error {
	d.values.Resources = map[string]map[string]any{}
	waiting := s.Document.Resources("")
	slices.SortFunc(waiting, func(a, b synth.Resource) int { return strings.Compare(a.Type+a.Name, b.Type+b.Name) })
	for len(waiting) > 0 {
		var later []synth.Resource
		for _, r := range waiting {
			if !d.values.Ready(r.Attributes) {
				later = append(later, r)
				continue
			}
			if err := d.resource(ctx, s, r); err != nil {
				return fmt.Errorf("%s.%s: %w", r.Type, r.Name, err)
			}
		}
		if len(later) == len(waiting) {
			return fmt.Errorf("%d resources wait for each other, %s.%s among them", len(later), later[0].Type, later[0].Name)
		}
		waiting = later
	}
	outputs := map[string]any{}
	declared, _ := s.Document["output"].(map[string]any)
	for name, o := range declared {
		value, err := d.values.Evaluate(o.(map[string]any)["value"])
		if err != nil {
			return fmt.Errorf("output %s: %w", name, err)
		}
		outputs[name] = value
	}
	d.values.Outputs[s.Name] = outputs
	return nil
}

func (d *Deployment) resource(ctx context.Context, s Stack, r synth.Resource) error {
	attributes := maps.Clone(r.Attributes)
	for _, notToMake := range []string{"//", "lifecycle", "depends_on", "source_code_hash", "source_hash", "etag", "triggers"} {
		delete(attributes, notToMake)
	}
	value, err := d.values.Evaluate(attributes)
	if err != nil {
		return err
	}
	all := value.(map[string]any)
	var computed map[string]any
	if make, ok := makers[r.Type]; ok {
		if computed, err = make(ctx, d, resource{r.Type, r.Name, s.Dir, block{all}}); err != nil {
			return err
		}
		d.Made++
	} else if _, ok := leftOut[r.Type]; ok {
		d.LeftOut[r.Type]++
		computed = standIn(d, r, all)
	} else {
		return fmt.Errorf("nothing makes this type, and no reason is given for leaving it out")
	}
	maps.Copy(all, computed)
	if d.values.Resources[r.Type] == nil {
		d.values.Resources[r.Type] = map[string]any{}
	}
	d.values.Resources[r.Type][r.Name] = all
	return nil
}
