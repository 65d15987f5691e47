package world

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/internal/synthesis"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/e2e/deploy"
	"github.com/flowops/flowops/test/synth"
)

// synthesize synthesizes an environment with functions that run on this machine.
func synthesize(root, dir string, cfg envs.Config) ([]deploy.Stack, error) {
	bin := filepath.Join(dir, "bin")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", bin+string(filepath.Separator), "./handlers/...")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	artifacts := stacks.Artifacts{Agent: filepath.Join(dir, "agent.zip"), Functions: func(name string) string { return filepath.Join(bin, name+".zip") }}
	if err := os.WriteFile(artifacts.Agent, []byte("the agent is stood in for"), 0o600); err != nil {
		return nil, err
	}
	for _, f := range contract.Functions() {
		if err := bootstrap(filepath.Join(bin, strings.ReplaceAll(f.Name, "-", "")), artifacts.Functions(f.Name)); err != nil {
			return nil, err
		}
	}
	out := filepath.Join(dir, "out")
	if _, err := synthesis.Run(synthesis.Options{
		Config: cfg, Outdir: out, Progress: io.Discard, Build: func(app cdktf.App) { stacks.Build(app, cfg, artifacts) },
	}); err != nil {
		return nil, err
	}
	var all []deploy.Stack
	for _, name := range []string{"foundation", "data", "ai", "compute", "orchestration"} {
		folder := filepath.Join(out, "stacks", name)
		document, err := synth.ReadFile(filepath.Join(folder, "cdk.tf.json"))
		if err != nil {
			return nil, err
		}
		all = append(all, deploy.Stack{Name: name, Dir: folder, Document: document})
	}
	return all, nil
}

// bootstrap zips a binary as Lambda takes it.
func bootstrap(binary, file string) error {
	content, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	z := zip.NewWriter(out)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Store}
	header.SetMode(0o755)
	entry, err := z.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := entry.Write(content); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return out.Close()
}
