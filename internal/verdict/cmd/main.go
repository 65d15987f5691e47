// Command cmd asks Terraform about the synthesized stacks:
//
//	cmd validate|plan|find [-out cdktf.out] [-stack NAME] [-tools .tools] [-plans DIR]
//
// find only says which Terraform would be asked.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/flowops/flowops/internal/verdict"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "\nverdict:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 || !slices.Contains([]string{"validate", "plan", "find"}, args[0]) {
		return errors.New("say validate, plan or find")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "cdktf.out", "directory that was synthesized into")
	only := flags.String("stack", "", "the one stack to ask about")
	tools := flags.String("tools", ".tools", "directory of the Terraform that set-up installed, and of providers")
	plans := flags.String("plans", "", "directory of the plans (default: plans below -out)")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if *plans == "" {
		*plans = filepath.Join(*out, "plans")
	}
	for _, dir := range []*string{out, tools, plans} { // Terraform runs elsewhere
		absolute, err := filepath.Abs(*dir)
		if err != nil {
			return err
		}
		*dir = absolute
	}
	terraform, err := verdict.Find(ctx, filepath.Join(*tools, "terraform"))
	if err != nil {
		return err
	}
	if args[0] == "find" {
		fmt.Fprintln(stdout, terraform.Version, terraform.Path)
		return nil
	}
	stacks, err := verdict.Stacks(*out)
	if err != nil {
		return err
	}
	judge := verdict.Judge{
		Terraform: terraform, Stacks: stacks, Only: *only, Cache: filepath.Join(*tools, "providers"), Progress: stderr,
	}
	fmt.Fprintf(stderr, "  %-14s %s, %s\n", "terraform", terraform.Version, terraform.Path)
	var verdicts []verdict.Verdict
	var by verdict.Provider
	if args[0] == "plan" {
		verdicts, by, err = judge.Plan(ctx, *plans)
	} else {
		verdicts, by, err = judge.Validate(ctx)
	}
	if err != nil {
		return err
	}
	failed := report(stdout, verdicts)
	fmt.Fprintf(stdout, "judged by %s\n", by)
	if by == verdict.Schema {
		fmt.Fprintln(stdout, "types, references, required arguments and outputs were judged; rules about values were not (docs/terraform.md)")
	}
	if args[0] == "plan" {
		fmt.Fprintf(stdout, "plans: %s\n", *plans)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d stacks failed", failed, len(verdicts))
	}
	return nil
}

// report writes the table of verdicts, then what is wrong, and counts the
// failures.
func report(w io.Writer, verdicts []verdict.Verdict) int {
	failed := 0
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "STACK\tVERDICT\tTIME")
	for _, v := range verdicts {
		says := v.Says
		if v.Err != nil {
			says = "refused"
			failed++
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", v.Stack, says, v.Duration.Round(10*time.Millisecond))
	}
	_ = t.Flush()
	for _, v := range verdicts {
		if v.Err != nil {
			fmt.Fprintf(w, "\n%v\n", v.Err)
		}
	}
	return failed
}
