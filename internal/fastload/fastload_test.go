package fastload

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/jsii-runtime-go"
	bindings "github.com/aws/jsii-runtime-go/runtime"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// The tests run this binary as a program that synthesizes: what fastload
// changes is how a process starts.
func TestMain(m *testing.M) {
	if out := os.Getenv("FASTLOAD_TEST_OUT"); out != "" {
		Prepare(os.Stderr)
		synthesize(out)
		jsii.Close()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func synthesize(out string) {
	if name, archive, given := strings.Cut(os.Getenv("FASTLOAD_TEST_ARCHIVE"), "="); given {
		data, err := os.ReadFile(archive)
		if err != nil {
			panic(err)
		}
		bindings.Load(name, "1.0.0", data)
		return
	}
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(out)})
	stack := cdktf.NewTerraformStack(app, jsii.String("stack"))
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("terraform.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("eu-central-1")})
	queue := sqsqueue.NewSqsQueue(stack, jsii.String("queue"), &sqsqueue.SqsQueueConfig{Name: jsii.String("queue")})
	cdktf.NewTerraformOutput(stack, jsii.String("arn"), &cdktf.TerraformOutputConfig{Value: queue.Arn()})
	app.Synth()
}

// run synthesizes in a process of its own, with its cache in that directory,
// and returns what it wrote: the stack's JSON, and its output.
func run(t *testing.T, cache string, env ...string) (document, said string) {
	t.Helper()
	out, temporary := t.TempDir(), t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "FASTLOAD_TEST_OUT="+out, "FLOWOPS_FASTLOAD=debug", "XDG_CACHE_HOME="+cache, "TMPDIR="+temporary)
	if cache != "" {
		// Where there is no XDG, the cache lies in the home directory.
		cmd.Env = append(cmd.Env, "HOME="+cache)
	}
	cmd.Env = append(cmd.Env, env...)
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, text)
		return "", string(text)
	}
	if left, _ := os.ReadDir(temporary); len(left) > 0 {
		t.Errorf("left in the temporary directory: %v", left)
	}
	if strings.Contains(strings.Join(env, " "), "FASTLOAD_TEST_ARCHIVE=") {
		return "", string(text)
	}
	written, err := os.ReadFile(filepath.Join(out, "stacks", "stack", "cdk.tf.json"))
	if err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	return string(written), string(text)
}

// fast reports whether a run says that it went the fast way to its end.
func fast(said string) bool {
	return strings.Contains(said, "fastload: loading took") && !strings.Contains(said, "steps aside")
}

func packs(t *testing.T, cache string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(cache, "flowops", "fastload", "*", "*.pack"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// pack is the cache's smallest or largest file, of constructs or of the AWS
// provider, or the one between.
func pack(t *testing.T, cache string, larger func(a, b int64) bool) string {
	t.Helper()
	var best string
	var size int64
	for _, p := range packs(t, cache) {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if best == "" || larger(info.Size(), size) {
			best, size = p, info.Size()
		}
	}
	if best == "" {
		t.Fatal("there is no cache")
	}
	return best
}

func smallest(a, b int64) bool { return a < b }
func largest(a, b int64) bool  { return a > b }

// middle is the one of cdktf.
func middle(a, b int64) bool { return a < 10<<20 && (a > b || b > 10<<20) }

func TestFastload(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the cache several times")
	}
	cache := t.TempDir()
	stock, said := run(t, cache, Variable+"=off")
	if strings.Contains(said, "fastload") {
		t.Errorf("switched off, it says %s", said)
	}
	if left, _ := os.ReadDir(cache); len(left) > 0 {
		for _, l := range left {
			if l.Name() == "flowops" {
				t.Error("switched off, it makes a cache")
			}
		}
	}

	t.Run("two processes at once on an empty cache", func(t *testing.T) {
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if got, said := run(t, cache); got != stock || !fast(said) {
					t.Errorf("said %s\n%s", said, got)
				}
			})
		}
		both.Wait()
		if n := len(packs(t, cache)); n != 3 {
			t.Errorf("%d packs, want those of constructs, cdktf and the provider", n)
		}
		if left, _ := filepath.Glob(filepath.Join(cache, "flowops", "fastload", "*", "*.tmp")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		got, said := run(t, cache)
		if got != stock || !fast(said) || strings.Contains(said, "anew") {
			t.Errorf("on the cache that is there: said %s", said)
		}
	})

	damage := map[string]struct {
		of     func(a, b int64) bool
		damage func(t *testing.T, path string)
	}{
		"cut off":             {largest, func(t *testing.T, path string) { truncate(t, path, 0.5) }},
		"too short":           {middle, func(t *testing.T, path string) { truncate(t, path, 0.9) }},
		"empty":               {smallest, func(t *testing.T, path string) { truncate(t, path, 0) }},
		"a bit has changed":   {smallest, func(t *testing.T, path string) { flip(t, path, -1) }},
		"its index is wrong":  {smallest, func(t *testing.T, path string) { flip(t, path, 60) }},
		"writable for others": {smallest, func(t *testing.T, path string) { chmod(t, path, 0o666) }},
		"of another package": {smallest, func(t *testing.T, path string) {
			other, err := os.ReadFile(pack(t, cache, middle))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, other, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for name, c := range damage {
		t.Run("a cache that is "+name, func(t *testing.T) {
			path := pack(t, cache, c.of)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c.damage(t, path)
			got, said := run(t, cache)
			if got != stock || !strings.Contains(said, "makes a cache anew") || !fast(said) {
				t.Errorf("said %s", said)
			}
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if info, _ := os.Stat(path); !bytes.Equal(before, after) || info.Mode().Perm() != 0o600 {
				t.Error("is not made anew")
			}
		})
	}
	t.Run("damaged code", func(t *testing.T) {
		codes, _ := filepath.Glob(filepath.Join(cache, "flowops", "fastload", "*", "*.code"))
		for _, c := range codes {
			flip(t, c, -1)
		}
		if got, said := run(t, cache); got != stock || !strings.Contains(said, "makes code anew") || !fast(said) {
			t.Errorf("said %s", said)
		}
	})
	t.Run("what nobody used for a month", func(t *testing.T) {
		old := time.Now().Add(-40 * 24 * time.Hour)
		roots, _ := filepath.Glob(filepath.Join(cache, "flowops", "fastload", "*"))
		all := filepath.Dir(roots[0])
		first := pack(t, cache, smallest)
		kept, err := os.Stat(first)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]bool{ // whether it stays
			filepath.Join(all, "gone", "x.pack"):       false,
			filepath.Join(all, "gone", "loader.js"):    false,
			filepath.Join(all, "used", "x.pack"):       true,
			filepath.Join(all, "used", "loader.js"):    true, // its pack is in use
			filepath.Join(roots[0], "before.pack"):     false,
			filepath.Join(roots[0], "loader.js"):       true,
			first:                                      true, // opened before
			filepath.Join(all, "somebody's file.pack"): true,
		}
		for file := range files {
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(file); err != nil {
				if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chtimes(file, old, old); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(filepath.Join(all, "used", "x.pack"), time.Now(), time.Now()); err != nil {
			t.Fatal(err)
		}
		defer func() {
			_ = errors.Join(os.RemoveAll(filepath.Join(all, "used")), os.Remove(filepath.Join(all, "somebody's file.pack")))
		}()
		// What makes a pack makes room.
		if err := os.Remove(pack(t, cache, middle)); err != nil {
			t.Fatal(err)
		}
		if got, said := run(t, cache); got != stock || !fast(said) {
			t.Errorf("said %s", said)
		}
		for file, stays := range files {
			if _, err := os.Stat(file); (err == nil) != stays {
				t.Errorf("%s: %v", file, err)
			}
		}
		if now, err := os.Stat(first); err != nil || !os.SameFile(kept, now) {
			t.Errorf("a pack in use was made anew (%v)", err)
		}
		if _, err := os.Stat(filepath.Join(all, "gone")); err == nil {
			t.Error("an empty directory stays")
		}
	})
	t.Run("a foreign loader", func(t *testing.T) {
		scripts, _ := filepath.Glob(filepath.Join(cache, "flowops", "fastload", "*", "loader.js"))
		if len(scripts) != 1 {
			t.Fatal(scripts)
		}
		if err := os.WriteFile(scripts[0], []byte("throw new Error('not ours')"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, said := run(t, cache); got != stock || !fast(said) {
			t.Errorf("said %s", said)
		}
	})
	t.Run("a directory that others may write to", func(t *testing.T) {
		roots, _ := filepath.Glob(filepath.Join(cache, "flowops", "fastload", "*"))
		chmod(t, roots[0], 0o777)
		defer chmod(t, roots[0], 0o700)
		if got, said := run(t, cache); got != stock || strings.Count(said, "fastload: steps aside") != 1 {
			t.Errorf("said %s", said)
		}
	})
	t.Run("the user's NODE_OPTIONS", func(t *testing.T) {
		seen := filepath.Join(t.TempDir(), "seen")
		probe := filepath.Join(t.TempDir(), "a probe.js")
		options := fmt.Sprintf("--stack-trace-limit=7 --require=%s", quote(probe))
		code := fmt.Sprintf("process.on('exit', () => require('fs').appendFileSync(%q, process.env.NODE_OPTIONS + ' ' + Error.stackTraceLimit + '\\n'))", seen)
		if err := os.WriteFile(probe, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
		got, said := run(t, cache, "NODE_OPTIONS="+options)
		if got != stock || !fast(said) {
			t.Errorf("said %s", said)
		}
		text, _ := os.ReadFile(seen)
		if string(text) != options+" 7\n" {
			t.Errorf("one process should see the user's options, as they are: %s", text)
		}
	})
	t.Run("another version of the runtime", func(t *testing.T) {
		node := script(t, `sed -i.old 's/readFD: 3,/readFD: 1+2,/' "$(dirname "$1")/../lib/program.js" && exec node "$@"`)
		got, said := run(t, cache, "JSII_NODE="+node)
		if got != stock || strings.Count(said, "fastload: ") != 1 || !strings.Contains(said, "steps aside: this version of jsii's runtime is not known") {
			t.Errorf("said %s", said)
		}
	})
	t.Run("a runtime that the user chose", func(t *testing.T) {
		got, said := run(t, cache, "JSII_RUNTIME=node "+filepath.Join(runtimeFiles(t), "bin", "jsii-runtime.js"))
		if got != stock || strings.Count(said, "fastload: steps aside") != 1 {
			t.Errorf("said %s", said)
		}
	})
	for name, c := range map[string]struct{ index, why string }{
		"@cdktf/provider-odd": {`console.log("the index was run");`, "the index of @cdktf/provider-odd holds more than its namespaces"},
		"constructs":          {`console.log("the index was run", require.resolve("./index"));`, "constructs cares where it lies"},
	} {
		t.Run(name+" of another layout", func(t *testing.T) {
			archive := filepath.Join(t.TempDir(), "odd.tgz")
			if err := os.WriteFile(archive, odd(t, name, c.index), 0o600); err != nil {
				t.Fatal(err)
			}
			_, said := run(t, cache, "FASTLOAD_TEST_ARCHIVE="+name+"="+archive)
			if strings.Count(said, "steps aside") != 1 || !strings.Contains(said, c.why) {
				t.Errorf("said %s", said)
			}
			if strings.Count("\n"+said, "\nthe index was run") != 1 {
				t.Errorf("the stock loader did not run the index, or its output is lost: %s", said)
			}
		})
	}
	t.Run("nothing is left in the environment", func(t *testing.T) {
		t.Setenv("XDG_CACHE_HOME", cache)
		t.Setenv("HOME", cache)
		before := strings.Join(os.Environ(), "\n")
		Prepare(os.Stderr)
		jsii.Close()
		if after := strings.Join(os.Environ(), "\n"); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
	})
}

func truncate(t *testing.T, path string, share float64) {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, int64(float64(info.Size())*share))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// flip changes a bit of a file, counted from its end where at is negative.
func flip(t *testing.T, path string, at int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[(at+len(data))%len(data)] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "node")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// runtimeFiles is where the binding's own copy of the runtime lies.
func runtimeFiles(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/jsii-runtime-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "internal", "embedded", "resources")
}

// odd is the archive of a package that does something in its index.
func odd(t *testing.T, name, index string) []byte {
	t.Helper()
	var data bytes.Buffer
	zipped := gzip.NewWriter(&data)
	archive := tar.NewWriter(zipped)
	for _, f := range [][2]string{
		{"package.json", fmt.Sprintf(`{"name":%q,"version":"1.0.0","main":"lib/index.js"}`, name)},
		{".jsii", fmt.Sprintf(`{"schema":"jsii/0.10.0","name":%q,"version":"1.0.0","jsiiVersion":"5.6.17 (build bc3ccec)","types":{}}`, name)},
		{"lib/index.js", index + "\n"},
	} {
		if err := archive.WriteHeader(&tar.Header{Name: "package/" + f[0], Mode: 0o644, Size: int64(len(f[1])), Format: tar.FormatUSTAR}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(f[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}
