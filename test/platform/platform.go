// Package platform synthesizes whole environments for tests.
package platform

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/internal/synthesis"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// Config is a checked-in environment.
func Config(t testing.TB, environment string) envs.Config {
	t.Helper()
	cfg, err := envs.Load(environment, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// Artifacts is a small file in place of each bundle, with the same bytes at
// every call.
func Artifacts(t testing.TB) stacks.Artifacts {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string {
		path := filepath.Join(dir, name+".zip")
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, f := range contract.Functions() {
		file(f.Name)
	}
	return stacks.Artifacts{
		Functions: func(name string) string { return filepath.Join(dir, name+".zip") },
		Agent:     file("agent"),
	}
}

// Run synthesizes an environment into outdir as the program does, rules
// included.
func Run(t testing.TB, cfg envs.Config, outdir string) (synthesis.Result, error) {
	t.Helper()
	artifacts := Artifacts(t)
	return synthesis.Run(synthesis.Options{
		Config: cfg, Outdir: outdir, Progress: io.Discard,
		Build: func(app cdktf.App) { stacks.Build(app, cfg, artifacts) },
	})
}

// Documents synthesizes an environment and returns its stacks' documents, by
// name.
func Documents(t testing.TB, cfg envs.Config) map[string]synth.Document {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	if _, err := Run(t, cfg, dir); err != nil {
		t.Fatal(err)
	}
	documents := map[string]synth.Document{}
	for _, name := range stacks.Names() {
		documents[name] = synth.Read(t, filepath.Join(dir, "stacks", name, "cdk.tf.json"))
	}
	return documents
}
