// Package program runs the compiled program as a person does.
package program

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/internal/bundle"
	"github.com/flowops/flowops/stacks"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "flowops-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "flowops")
	if out, err := exec.Command("go", "build", "-o", binary, "../..").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// project makes a folder that looks like the project's: cdktf.json and bundles.
func project(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "cdktf.json"), `{"language":"go","app":"flowops","context":{}}`)
	dist := filepath.Join(root, "dist")
	for _, f := range bundle.Functions() {
		write(t, bundle.FunctionZip(dist, f), f)
	}
	write(t, bundle.AgentZip(dist), "agent")
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

type outcome struct {
	code           int
	stdout, stderr string
}

func run(t *testing.T, dir string, args []string, environment ...string) outcome {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Dir = dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "FLOWOPS_") && !strings.HasPrefix(v, "CDKTF_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, environment...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// tree maps every file below dir to the hash of its content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		files[relative] = fmt.Sprintf("%x", sha256.Sum256(raw))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Two synths of an environment are the same bytes: from the project's folder
// and from a folder inside another copy of it, with the environment chosen by
// variable and by context, with the fast loader and with the stock one.
func TestSynthIsDeterministic(t *testing.T) {
	for _, environment := range envs.Names() {
		t.Run(environment, func(t *testing.T) {
			first, second := project(t), project(t)
			inside := filepath.Join(second, "a", "folder")
			if err := os.MkdirAll(inside, 0o755); err != nil {
				t.Fatal(err)
			}
			one := run(t, first, nil, "FLOWOPS_ENV="+environment)
			two := run(t, inside, nil, `CDKTF_CONTEXT_JSON={"environment":"`+environment+`"}`, "FLOWOPS_FASTLOAD=off")
			if one.code != 0 || two.code != 0 {
				t.Fatalf("exit %d and %d:\n%s\n%s", one.code, two.code, one.stderr, two.stderr)
			}
			a, b := tree(t, filepath.Join(first, "cdktf.out")), tree(t, filepath.Join(second, "cdktf.out"))
			if len(a) != len(b) || len(a) < len(stacks.Names()) {
				t.Fatalf("%d and %d files", len(a), len(b))
			}
			for path, hash := range a {
				if b[path] != hash {
					t.Errorf("%s differs", path)
				}
			}
			for _, name := range stacks.Names() {
				if !strings.Contains(one.stdout, "\n"+name+" ") {
					t.Errorf("the summary leaves out %s:\n%s", name, one.stdout)
				}
			}
			for _, noise := range []string{"!!!!", "end-of-life", "exited abnormally", "goroutine"} {
				if strings.Contains(one.stderr+one.stdout, noise) {
					t.Errorf("noise of the binding, %q:\n%s", noise, one.stderr)
				}
			}
			if got := listed(t, filepath.Join(first, "cdktf.out", "manifest.json")); !slices.Equal(got, stacks.Names()) {
				t.Errorf("the CLI would list %v", got)
			}
			// Nothing is left beside the output.
			if left, _ := filepath.Glob(filepath.Join(first, ".synth-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// What the fast loader is compared with above is what it loads all of.
func TestLoadsFast(t *testing.T) {
	got := run(t, project(t), nil, "FLOWOPS_ENV=prod", "FLOWOPS_FASTLOAD=debug")
	if got.code != 0 || !strings.Contains(got.stderr, "fastload: loading took") || strings.Contains(got.stderr, "steps aside") {
		t.Errorf("exit %d:\n%s", got.code, got.stderr)
	}
}

// listed is the stacks in the order of the manifest's text.
func listed(t *testing.T, manifest string) []string {
	t.Helper()
	raw, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range regexp.MustCompile(`"name": "([a-z]+)"`).FindAllStringSubmatch(string(raw), -1) {
		names = append(names, m[1])
	}
	return names
}

func TestBadInputLeavesNoOutput(t *testing.T) {
	for name, c := range map[string]struct {
		environment []string
		args        []string
		want        []string
		change      func(t *testing.T, root string)
	}{
		"unknown environment": {environment: []string{"FLOWOPS_ENV=qa"}, want: []string{`Environment is "qa"; allowed: dev, staging, prod`}},
		"several problems": {
			environment: []string{"FLOWOPS_ENV=prod", "FLOWOPS_ACCOUNT_ID=42", "FLOWOPS_VPC_CIDR=10.0.0.1/8", "FLOWOPS_WEB_ORIGINS=http://a.example.com", "FLOWOPS_CERTIFICATE_ARN=none"},
			want:        []string{"4 problems", `Account.ID is "42"`, `Network.CIDR is "10.0.0.1/8"`, `API.Origins[0] is "http://a.example.com"`, `API.Domain.CertificateARN is "none"`},
		},
		"variable and context disagree": {environment: []string{"FLOWOPS_ENV=dev", `CDKTF_CONTEXT_JSON={"environment":"prod"}`}, want: []string{"make them agree"}},
		"HCL":                           {environment: []string{"SYNTH_HCL_OUTPUT=true"}, want: []string{"without --hcl"}},
		"missing bundle": {want: []string{"1 bundles are missing", "records.zip", "make build"}, change: func(t *testing.T, root string) {
			if err := os.Remove(bundle.FunctionZip(filepath.Join(root, "dist"), "records")); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			root := project(t)
			// What an earlier synth left must not be deployed by mistake.
			write(t, filepath.Join(root, "cdktf.out", "manifest.json"), "{}")
			write(t, filepath.Join(root, "cdktf.out", "stacks", "data", "cdk.tf.json"), "{}")
			if c.change != nil {
				c.change(t, root)
			}
			got := run(t, root, c.args, c.environment...)
			if got.code != 1 || got.stdout != "" {
				t.Errorf("exit %d, output %q", got.code, got.stdout)
			}
			for _, want := range c.want {
				if !strings.Contains(got.stderr, want) {
					t.Errorf("missing %q in\n%s", want, got.stderr)
				}
			}
			if _, err := os.Stat(filepath.Join(root, "cdktf.out")); !os.IsNotExist(err) {
				t.Errorf("cdktf.out is still there: %v", tree(t, filepath.Join(root, "cdktf.out")))
			}
		})
	}
}

func TestOutsideTheProject(t *testing.T) {
	if got := run(t, t.TempDir(), nil); got.code != 1 || !strings.Contains(got.stderr, "no cdktf.json") {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
}

func TestWrongUse(t *testing.T) {
	for _, args := range [][]string{{"prod"}, {"-nonsense"}} {
		if got := run(t, project(t), args); got.code != 2 {
			t.Errorf("%v: exit %d", args, got.code)
		}
	}
}

// What Terraform keeps beside a stack's JSON survives the next synth of the same
// environment. Of another one it does not: it names that one's state.
func TestWhatTerraformKeeps(t *testing.T) {
	root := project(t)
	out := filepath.Join(root, "cdktf.out")
	if got := run(t, root, nil); got.code != 0 {
		t.Fatal(got.stderr)
	}
	backend := filepath.Join(out, "stacks", "data", ".terraform", "terraform.tfstate")
	lock := filepath.Join(out, "stacks", "data", ".terraform.lock.hcl")
	write(t, backend, "{}")
	write(t, lock, "# lock")
	write(t, filepath.Join(out, "stacks", "gone", "cdk.tf.json"), "{}")
	for _, c := range []struct {
		environment string
		kept        bool
	}{{"dev", true}, {"qa", true}, {"prod", false}} {
		_ = run(t, root, nil, "FLOWOPS_ENV="+c.environment)
		if _, err := os.Stat(backend); (err == nil) != c.kept {
			t.Errorf("after a synth of %s: %v", c.environment, err)
		}
		if _, err := os.Stat(lock); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(out, "stacks", "gone")); !os.IsNotExist(err) {
		t.Error("a stack that is no more is still there")
	}
}
