package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/flowops/flowops/test/terraform/schema"
)

// schemaName is the file beside the provider that says what it serves, in the
// form of `terraform providers schema -json`, for one provider.
const schemaName = "schema.json"

var exactVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[\w.]+)?$`)

// mirror lays out a filesystem mirror and returns the path of its CLI
// configuration.
func mirror(dir, executable string, files []string) (string, error) {
	used, err := schema.Read(files...)
	if err != nil {
		return "", err
	}
	if len(used) == 0 {
		return "", fmt.Errorf("the %d files require no provider", len(files))
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	for name, u := range used {
		if !exactVersion.MatchString(u.Version) {
			return "", fmt.Errorf("provider %s is required at %q: a mirror needs one version", name, u.Version)
		}
		s, err := schema.Derive(name, u)
		if err != nil {
			return "", err
		}
		text, err := json.Marshal(s)
		if err != nil {
			return "", err
		}
		address := address(u.Source)
		home := filepath.Join(dir, address, u.Version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(home, 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(home, schemaName), text, 0o644); err != nil {
			return "", err
		}
		binary := "terraform-provider-" + filepath.Base(address) + "_v" + u.Version
		if runtime.GOOS == "windows" {
			binary += ".exe"
		}
		if err := copyExecutable(executable, filepath.Join(home, binary)); err != nil {
			return "", err
		}
	}
	config := filepath.Join(dir, "terraform.rc")
	text := fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", dir)
	return config, os.WriteFile(config, []byte(text), 0o644)
}

// address is a provider's source in full: aws is
// registry.terraform.io/hashicorp/aws.
func address(source string) string {
	switch strings.Count(source, "/") {
	case 0:
		return "registry.terraform.io/hashicorp/" + source
	case 1:
		return "registry.terraform.io/" + source
	}
	return source
}

func copyExecutable(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}
