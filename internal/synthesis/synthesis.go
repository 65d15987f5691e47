// Package synthesis turns an environment's configuration into the Terraform
// JSON of its stacks: it builds the construct tree, synthesizes it beside the
// output directory, lets the validation rules judge the result, and only moves
// a clean one into place.
package synthesis

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/internal/kernel"
	"github.com/flowops/flowops/internal/manifest"
	"github.com/flowops/flowops/validation"
)

// Options is what to synthesize, and where to.
type Options struct {
	Config envs.Config
	// Outdir is replaced: it holds the result or, after an error, nothing that
	// could be deployed.
	Outdir string
	// Build makes the stacks.
	Build func(app cdktf.App)
	// Progress hears a line a step.
	Progress io.Writer
}

// Result is what was synthesized.
type Result struct {
	Stacks   []StackSummary // in the order of deployment
	Report   validation.Report
	Duration time.Duration
}

// StackSummary counts what a stack holds.
type StackSummary struct {
	Name      string
	Resources int
	Outputs   int
	Findings  int    // unsuppressed ones
	Path      string // of its JSON
}

// FindingsError says that the rules refused the result.
type FindingsError struct{ Report validation.Report }

func (e *FindingsError) Error() string {
	return fmt.Sprintf("%d findings of the validation rules", len(e.Report.Errors()))
}

// Run synthesizes. Whatever goes wrong, in the rules or in the binding below
// CDKTF, is an error; Outdir then holds nothing that could be deployed.
func Run(o Options) (result Result, err error) {
	start := time.Now()
	kernel.Quiet()
	environment := fmt.Sprintln(o.Config.Prefix(), o.Config.Account.ID, o.Config.Account.Region)
	if err := errors.Join(Clear(o.Outdir), forget(o.Outdir, environment)); err != nil {
		return Result{}, fmt.Errorf("clear %s: %w", o.Outdir, err)
	}
	parent := filepath.Dir(o.Outdir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return Result{}, fmt.Errorf("make %s: %w", parent, err)
	}
	staging, err := os.MkdirTemp(parent, ".synth-")
	if err != nil {
		return Result{}, fmt.Errorf("make a directory to synthesize into: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staging)) }()
	say(o.Progress, "constructs", "%s in account %s, %s", o.Config.Prefix(), o.Config.Account.ID, o.Config.Account.Region)
	if err := build(o, staging); err != nil {
		return Result{}, err
	}
	say(o.Progress, "validation", "%d rules", len(validation.Rules()))
	if err := os.WriteFile(filepath.Join(staging, markerName), []byte(environment), 0o644); err != nil {
		return Result{}, fmt.Errorf("mark the output: %w", err)
	}
	documents, result, err := read(staging)
	if err != nil {
		return Result{}, err
	}
	result.Report, err = judge(documents, o.Config)
	if err != nil {
		return Result{}, err
	}
	open := map[string]int{}
	for _, f := range slices.Concat(result.Report.Errors(), result.Report.Warnings()) {
		open[f.Stack]++
	}
	for i, s := range result.Stacks {
		result.Stacks[i].Findings = open[s.Name]
		result.Stacks[i].Path = filepath.Join(o.Outdir, s.Path)
	}
	if len(result.Report.Errors()) > 0 {
		return result, &FindingsError{Report: result.Report}
	}
	say(o.Progress, "output", "%s", o.Outdir)
	if err := place(staging, o.Outdir); err != nil {
		return Result{}, errors.Join(fmt.Errorf("move the result into %s: %w", o.Outdir, err), Clear(o.Outdir))
	}
	result.Duration = time.Since(start)
	return result, nil
}

func say(w io.Writer, step, format string, args ...any) {
	if w != nil {
		fmt.Fprintf(w, "  %-12s %s\n", step, fmt.Sprintf(format, args...))
	}
}

// build makes the construct tree and synthesizes it. The binding panics for
// what goes wrong in the kernel, and a construct for its wrong use.
func build(o Options, outdir string) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *constructs.UsageError:
			err = p
		case error:
			err = fmt.Errorf("synthesize: %w", p)
		default:
			err = fmt.Errorf("synthesize: %v", p)
		}
	}()
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(outdir), HclOutput: jsii.Bool(false)})
	say(o.Progress, "stacks", "kernel and AWS bindings are loaded on the way")
	o.Build(app)
	app.Synth()
	return nil
}

// document is a stack's synthesized JSON.
type document struct {
	name string
	text []byte
}

// read reads the stacks that the manifest names, in the order of deployment.
func read(dir string) ([]document, Result, error) {
	m, err := manifest.Read(dir)
	if err != nil {
		return nil, Result{}, err
	}
	var documents []document
	var result Result
	for _, name := range m.Order() {
		path := m.Path(name)
		text, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return nil, Result{}, fmt.Errorf("read stack %s: %w", name, err)
		}
		var content struct {
			Resource map[string]map[string]any
			Output   map[string]any
		}
		if err := json.Unmarshal(text, &content); err != nil {
			return nil, Result{}, fmt.Errorf("read stack %s: %w", name, err)
		}
		summary := StackSummary{Name: name, Outputs: len(content.Output), Path: path}
		for _, named := range content.Resource {
			summary.Resources += len(named)
		}
		documents = append(documents, document{name, text})
		result.Stacks = append(result.Stacks, summary)
	}
	return documents, result, m.Write(dir)
}

func judge(documents []document, cfg envs.Config) (validation.Report, error) {
	var parsed []*validation.Stack
	for _, d := range documents {
		s, err := validation.Parse(d.name, d.text)
		if err != nil {
			return validation.Report{}, fmt.Errorf("read stack %s: %w", d.name, err)
		}
		parsed = append(parsed, s)
	}
	return validation.Check(parsed, validation.Options{
		Environment: cfg.Environment, Protected: cfg.Storage.DeletionProtection, Tags: cfg.TagMap(),
	}), nil
}
