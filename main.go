// Command flowops synthesizes the platform: the Terraform JSON of every stack
// of one environment.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/internal/bundle"
	"github.com/flowops/flowops/internal/kernel"
	"github.com/flowops/flowops/internal/synthesis"
	"github.com/flowops/flowops/stacks"
)

func main() {
	kernel.Open()
	code := run(os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr)
	kernel.Close()
	os.Exit(code)
}

// run is the program: 0 for a synth without error findings, 1 for one that
// failed, 2 for wrong use.
func run(args []string, lookup func(string) (string, bool), stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("flowops", flag.ContinueOnError)
	flags.SetOutput(stderr)
	bootstrap := flags.Bool("bootstrap", false, "synthesize the bootstrap stack instead of the platform")
	report := flags.String("report", "", "write the validation report as JSON to this file")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		if err == nil {
			fmt.Fprintf(stderr, "flowops: unexpected argument %q\n", flags.Arg(0))
		}
		return 2
	}
	if err := synth(*bootstrap, *report, lookup, stdout, stderr); err != nil {
		fail(err, stderr)
		return 1
	}
	return 0
}

func synth(bootstrap bool, report string, lookup func(string) (string, bool), stdout, stderr io.Writer) error {
	root, err := projectRoot()
	if err != nil {
		return err
	}
	outdir := outputDirectory(root, bootstrap, lookup)
	cfg, err := configuration(root, lookup)
	if err != nil {
		return errors.Join(err, synthesis.Clear(outdir))
	}
	for _, w := range cfg.Warnings() {
		fmt.Fprintln(stderr, "warning:", w)
	}
	build := func(app cdktf.App) { stacks.NewBootstrap(app, "bootstrap", cfg) }
	if !bootstrap {
		artifacts, err := bundles(root)
		if err != nil {
			return errors.Join(err, synthesis.Clear(outdir))
		}
		build = func(app cdktf.App) { stacks.Build(app, cfg, artifacts) }
	}
	result, err := synthesis.Run(synthesis.Options{Config: cfg, Outdir: outdir, Build: build, Progress: stderr})
	if report != "" {
		err = errors.Join(err, writeReport(report, result))
	}
	if err != nil {
		return err
	}
	if len(result.Report.Warnings()) > 0 {
		result.Report.Table(stderr)
	}
	fmt.Fprintf(stdout, "\n%s: account %s, %s\n", cfg.Environment, cfg.Account.ID, cfg.Account.Region)
	result.Summary(stdout)
	return nil
}

// configuration loads the chosen environment.
func configuration(root string, lookup func(string) (string, bool)) (envs.Config, error) {
	if v, _ := lookup("SYNTH_HCL_OUTPUT"); v == "true" {
		return envs.Config{}, errors.New("HCL output is not offered: the validation rules judge JSON; run without --hcl")
	}
	name, err := envs.Choose(lookup, filepath.Join(root, "cdktf.json"))
	if err != nil {
		return envs.Config{}, err
	}
	return envs.Load(name, lookup)
}

// bundles finds what is deployed beside the templates.
func bundles(root string) (stacks.Artifacts, error) {
	dist := filepath.Join(root, "dist")
	if err := bundle.Check(dist); err != nil {
		return stacks.Artifacts{}, err
	}
	return stacks.Artifacts{
		Functions: func(name string) string { return bundle.FunctionZip(dist, name) },
		Agent:     bundle.AgentZip(dist),
	}, nil
}

// outputDirectory is the one that the cdktf CLI asks for, or cdktf.out.
func outputDirectory(root string, bootstrap bool, lookup func(string) (string, bool)) string {
	dir, _ := lookup("CDKTF_OUTDIR")
	if dir == "" && bootstrap {
		dir = stacks.BootstrapOutdir
	} else if dir == "" {
		dir = "cdktf.out"
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root, dir)
	}
	return dir
}

// projectRoot is the nearest directory, from here upwards, that holds
// cdktf.json.
func projectRoot() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "cdktf.json")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no cdktf.json in %s or above it: run this inside the project", here)
		}
	}
}

func writeReport(path string, result synthesis.Result) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return errors.Join(result.Report.JSON(f), f.Close())
}

// fail tells a person what went wrong.
func fail(err error, stderr io.Writer) {
	var problems envs.Problems
	var findings *synthesis.FindingsError
	switch {
	case errors.As(err, &problems):
		fmt.Fprintf(stderr, "\nThe configuration has %d problems:\n", len(problems))
		for _, p := range problems {
			fmt.Fprintf(stderr, "  - %s\n", p)
		}
	case errors.As(err, &findings):
		findings.Report.Table(stderr)
		fmt.Fprintf(stderr, "\n%v: nothing was written\n", findings)
	default:
		fmt.Fprintf(stderr, "\nflowops: %v\n", err)
	}
}
