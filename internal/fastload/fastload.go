// Package fastload makes the AWS bindings load fast: the Node process behind
// them reads only the parts that a program uses, from a cache in the user's
// cache directory that it makes by itself. What is synthesized stays the same.
//
// FLOWOPS_FASTLOAD=off leaves everything as it is; FLOWOPS_FASTLOAD=debug says
// on standard error where the fast way ends and why.
package fastload

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/aws/jsii-runtime-go"
	bindings "github.com/aws/jsii-runtime-go/runtime"
)

// Variable chooses: "off", "debug", or on.
const Variable = "FLOWOPS_FASTLOAD"

//go:embed loader.js
var loader []byte

// stockOptions is what the binding gives Node where the user gives nothing.
const stockOptions = "--max-old-space-size=4069"

// ourOptions come before the user's, which win. A small young generation holds
// a fifth less memory at the same speed; packages are linked into place, and
// shall be known by where they are linked to.
const ourOptions = "--max-semi-space-size=8 --preserve-symlinks"

// Debug reports whether the loader is to say what it does.
func Debug() bool { return os.Getenv(Variable) == "debug" }

// Prepare arranges that the Node process, which starts with the first
// construct, loads fast. Call it before that: it closes the process that there
// is. Where it can't, it says so at debug level and leaves the stock way.
func Prepare(w io.Writer) {
	if os.Getenv(Variable) == "off" {
		return
	}
	if err := prepare(); err != nil && Debug() {
		fmt.Fprintf(w, "fastload: steps aside: %v\n", err)
	}
}

func prepare() error {
	if runtime.GOOS == "windows" {
		return errors.New("not tried on Windows")
	}
	if os.Getenv("JSII_RUNTIME") != "" {
		return errors.New("JSII_RUNTIME names another runtime")
	}
	root, script, err := install()
	if err != nil {
		return err
	}
	options, given := os.LookupEnv("NODE_OPTIONS")
	if !given {
		options = stockOptions
	}
	settings, err := json.Marshal(map[string]any{"root": root, "nodeOptions": options, "debug": Debug(), "sums": sums()})
	if err != nil {
		return err
	}
	// The binding copies the environment when it prepares its process, which it
	// has done before main; closed, it does so again. The names are only set
	// for that moment: nothing else that this program starts shall see them.
	jsii.Close()
	defer set("NODE_OPTIONS", strings.Join([]string{ourOptions, options, "--require=" + quote(script)}, " "))()
	defer set("FLOWOPS_FASTLOAD_SETTINGS", string(settings))()
	bindings.IsAnonymousProxy(nil)
	return nil
}

// sums are the checksums of the modules that bindings come in, as far as the
// program was built from modules that have one.
func sums() []string {
	sums := []string{}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return sums
	}
	for _, m := range info.Deps {
		if !strings.Contains(m.Path, "cdktf") {
			continue
		}
		if m.Replace != nil || m.Sum == "" {
			return []string{}
		}
		sums = append(sums, m.Path+"@"+m.Version+" "+m.Sum)
	}
	return sums
}

// set sets a variable of the environment, until the function that it returns
// is called.
func set(name, value string) func() {
	before, given := os.LookupEnv(name)
	_ = os.Setenv(name, value)
	return func() {
		if given {
			_ = os.Setenv(name, before)
		} else {
			_ = os.Unsetenv(name)
		}
	}
}

// quote writes a path the way NODE_OPTIONS wants it.
func quote(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(path) + `"`
}

// install writes the loader into its directory of the cache, which is of this
// version of the loader alone.
func install() (root, script string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", "", err
	}
	digest := sha256.Sum256(loader)
	root = filepath.Join(cache, "flowops", "fastload", hex.EncodeToString(digest[:8]))
	if err := os.MkdirAll(root, 0o700); err != nil {
		return "", "", err
	}
	if err := private(root); err != nil {
		return "", "", err
	}
	script = filepath.Join(root, "loader.js")
	if there, err := os.ReadFile(script); err == nil && bytes.Equal(there, loader) {
		return root, script, nil
	}
	return root, script, replace(script)
}

// replace puts the loader into place at once, whoever else does the same.
func replace(script string) error {
	f, err := os.CreateTemp(filepath.Dir(script), "loader.*.tmp")
	if err != nil {
		return err
	}
	_, err = f.Write(loader)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), script)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
