package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/flowops/flowops/internal/verdict"
)

// tools is a directory with a Terraform that says its version and nothing more;
// the PATH has none.
func tools(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the Terraform of this test is a shell script")
	}
	dir := t.TempDir()
	script := "#!/bin/sh\n[ \"$1\" = version ] && echo '{\"terraform_version\":\"1.11.4\"}' && exit 0\nexit 1\n"
	if err := os.WriteFile(filepath.Join(dir, "terraform"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	return dir
}

func TestRunSaysWhatIsWrong(t *testing.T) {
	there, empty := tools(t), t.TempDir()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"nothing asked":       {nil, "say validate, plan or find"},
		"another question":    {[]string{"apply"}, "say validate, plan or find"},
		"a flag that is none": {[]string{"validate", "-stak", "data"}, "flag provided but not defined: -stak"},
		"no Terraform":        {[]string{"find", "-tools", empty}, "`make terraform` installs one"},
		"no synth":            {[]string{"validate", "-tools", there, "-out", empty}, "synthesize first"},
		"no synth to plan":    {[]string{"plan", "-tools", there, "-out", filepath.Join(empty, "none")}, "synthesize first"},
	} {
		var out bytes.Buffer
		err := run(context.Background(), c.args, &out, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) || out.Len() > 0 {
			t.Errorf("%s: %v, printed %q", name, err, out.String())
		}
	}
}

func TestFind(t *testing.T) {
	dir := tools(t)
	var out bytes.Buffer
	if err := run(context.Background(), []string{"find", "-tools", dir}, &out, io.Discard); err != nil || out.String() != "1.11.4 "+filepath.Join(dir, "terraform")+"\n" {
		t.Errorf("%v, printed %q", err, out.String())
	}
}

func TestReport(t *testing.T) {
	var out bytes.Buffer
	failed := report(&out, []verdict.Verdict{
		{Stack: "foundation", Says: "valid", Duration: 1234 * time.Millisecond},
		{Stack: "data", Says: "valid", Err: errors.New("Unsupported argument"), Duration: time.Second},
	})
	want := "\nSTACK       VERDICT  TIME\nfoundation  valid    1.23s\ndata        refused  1s\n\nUnsupported argument\n"
	if failed != 1 || out.String() != want {
		t.Errorf("%d failed:\n%s", failed, out.String())
	}
}
