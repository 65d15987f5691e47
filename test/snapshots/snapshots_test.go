// Package snapshots compares what is synthesized with what was reviewed: the
// JSON of every stack of every environment stands beside this file. Run
// `make snapshots` to accept a change, and review it as a diff.
package snapshots

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/internal/synthesis"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/platform"
)

// An asset's path holds the hash of its content: of a bundle's bytes, which are
// no business of a snapshot.
var assetHash = regexp.MustCompile(`(assets/[^/"]+/)[0-9A-F]{32}/`)

func normalize(document []byte) string {
	return string(assetHash.ReplaceAll(document, []byte("${1}HASH/")))
}

func TestSnapshots(t *testing.T) {
	update := os.Getenv("FLOWOPS_UPDATE") != ""
	for _, environment := range envs.Names() {
		t.Run(environment, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			cfg := platform.Config(t, environment)
			if _, err := platform.Run(t, cfg, out); err != nil {
				t.Fatal(err)
			}
			bootstrap := filepath.Join(t.TempDir(), "bootstrap")
			if _, err := synthesis.Run(synthesis.Options{
				Config: cfg, Outdir: bootstrap, Build: func(app cdktf.App) { stacks.NewBootstrap(app, "bootstrap", cfg) },
			}); err != nil {
				t.Fatal(err)
			}
			got := documents(t, out)
			for name, d := range documents(t, bootstrap) {
				got[name] = d
			}
			if update {
				write(t, environment, got)
				return
			}
			compare(t, environment, got)
		})
	}
}

func documents(t *testing.T, outdir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(outdir, "stacks", "*", "cdk.tf.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents in %s: %v", outdir, err)
	}
	found := map[string]string{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		found[filepath.Base(filepath.Dir(f))] = normalize(raw)
	}
	return found
}

func write(t *testing.T, environment string, got map[string]string) {
	t.Helper()
	if err := os.RemoveAll(environment); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(environment, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, d := range got {
		if err := os.WriteFile(filepath.Join(environment, name+".tf.json"), []byte(strings.TrimRight(d, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("wrote %d snapshots of %s", len(got), environment)
}

func compare(t *testing.T, environment string, got map[string]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(environment, "*.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(got) {
		t.Errorf("%d snapshots, %d stacks", len(files), len(got))
	}
	for name, d := range got {
		want, err := os.ReadFile(filepath.Join(environment, name+".tf.json"))
		if err != nil {
			t.Errorf("%s: %v (make snapshots)", name, err)
			continue
		}
		if !bytes.Equal(bytes.TrimSpace(want), bytes.TrimSpace([]byte(d))) {
			t.Errorf("%s/%s differs from its snapshot (- snapshot, + now); `make snapshots` accepts:\n%s", environment, name,
				cmp.Diff(strings.Split(string(bytes.TrimSpace(want)), "\n"), strings.Split(strings.TrimSpace(d), "\n")))
		}
	}
}
