package verdict

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

const backend = `{"terraform":{"backend":{"s3":{"bucket":"b","key":"a","region":"r"}}},
	"resource":{"aws_kms_key":{"k":{"lifecycle":{"prevent_destroy":true}},"l":{}}}}`

// output is a directory as CDKTF writes it: b reads the state of a.
func output(t *testing.T, key string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "manifest.json"), `{"stacks":{
		"a":{"synthesizedStackPath":"stacks/a/cdk.tf.json","dependencies":["z"]},
		"z":{"synthesizedStackPath":"stacks/z/cdk.tf.json","dependencies":[]}}}`, 0o600)
	write(t, filepath.Join(dir, "stacks/z/cdk.tf.json"), backend, 0o600)
	write(t, filepath.Join(dir, "stacks/z/assets/x.zip"), "x", 0o600)
	write(t, filepath.Join(dir, "stacks/z/.terraform/terraform.tfstate"), "{}", 0o600)
	write(t, filepath.Join(dir, "stacks/a/cdk.tf.json"),
		`{"data":{"terraform_remote_state":{"z":{"backend":"s3","config":{"bucket":"b","key":"`+key+`"}}}}}`, 0o600)
	return dir
}

func TestStacksInOrder(t *testing.T) {
	stacks, err := Stacks(output(t, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if len(stacks) != 2 || stacks[0].Name != "z" || stacks[1].Name != "a" {
		t.Errorf("the order is %v", stacks)
	}
	if some, err := upTo(stacks, "z"); err != nil || len(some) != 1 {
		t.Errorf("up to z: %v %v", some, err)
	}
	if _, err := upTo(stacks, "y"); err == nil || !strings.Contains(err.Error(), `no stack "y"; there are z, a`) {
		t.Errorf("up to y: %v", err)
	}
	if _, err := Stacks(t.TempDir()); err == nil || !strings.Contains(err.Error(), "synthesize first") {
		t.Errorf("without a synth: %v", err)
	}
}

func TestLabHasStateOfItsOwn(t *testing.T) {
	stacks, err := Stacks(output(t, "a"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := NewLab(Terraform{}, dir, stacks); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"z/cdk.tf.json", "z/assets/x.zip"} {
		if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "z/.terraform")); err == nil {
		t.Error("the lab knows the real backend")
	}
	for stack, want := range map[string]string{
		"z": `{"resource":{"aws_kms_key":{"k":{"lifecycle":{"prevent_destroy":false}}}},"terraform":{"backend":{"local":{"path":"DIR/z.tfstate"}}}}`,
		"a": `{"data":{"terraform_remote_state":{"z":{"backend":"local","config":{"path":"DIR/z.tfstate"}}}},"terraform":{"backend":{"local":{"path":"DIR/a.tfstate"}}}}`,
	} {
		text, err := os.ReadFile(filepath.Join(dir, stack, "local_override.tf.json"))
		if err != nil {
			t.Fatal(err)
		}
		var content any
		if err := json.Unmarshal(text, &content); err != nil {
			t.Fatal(err)
		}
		compact, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(string(compact), dir, "DIR"); got != want {
			t.Errorf("%s is overridden by\n%s, want\n%s", stack, got, want)
		}
	}
}

func TestLabRefusesStateOfNobody(t *testing.T) {
	stacks, err := Stacks(output(t, "other"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewLab(Terraform{}, t.TempDir(), stacks); err == nil || !strings.Contains(err.Error(), "a reads the remote state z") {
		t.Errorf("got %v", err)
	}
}

func TestOutOfReach(t *testing.T) {
	for text, want := range map[string]bool{
		"could not connect to registry.terraform.io: failed to request discovery\ndocument: Get \"https://...\"": true,
		"no available releases match the given constraints 5.99.1":                                               false,
		"Unsupported Terraform Core version":                                                                     false,
	} {
		if got := OutOfReach(errors.New(text)); got != want {
			t.Errorf("%q: out of reach is %v", text, got)
		}
	}
	if OutOfReach(nil) {
		t.Error("no error is out of reach")
	}
}

// A Terraform that only knows its version.
func fake(t *testing.T, dir, version string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("not run: the stand-in is a shell script")
	}
	path := filepath.Join(dir, "terraform")
	write(t, path, "#!/bin/sh\necho '{\"terraform_version\":\""+version+"\"}'\n", 0o755)
	return path
}

func TestFind(t *testing.T) {
	onPath, tools := t.TempDir(), t.TempDir()
	t.Setenv("PATH", onPath+string(os.PathListSeparator)+os.Getenv("PATH"))
	fake(t, onPath, "1.9.8")
	installed := filepath.Join(tools, "terraform")
	if _, err := Find(t.Context(), installed); err == nil || !strings.Contains(err.Error(), "is 1.9.8") || !strings.Contains(err.Error(), "make terraform") {
		t.Errorf("with an old one only: %v", err)
	}
	fake(t, tools, "1.11.4")
	if got, err := Find(t.Context(), installed); err != nil || got.Path != installed {
		t.Errorf("with an old one on the PATH: %v %v", got, err)
	}
	newer := fake(t, onPath, "1.12.0")
	if got, err := Find(t.Context(), installed); err != nil || got.Path != newer || got.Version != "1.12.0" {
		t.Errorf("with a new one on the PATH: %v %v", got, err)
	}
}
