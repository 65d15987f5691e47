package bundle

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// put writes a file and returns its path.
func put(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestZipIsReproducible(t *testing.T) {
	zipped := func(changed time.Time, perm fs.FileMode, reverse bool) []byte {
		dir := t.TempDir()
		var files []File
		for _, name := range []string{"bootstrap", "data/b.json", "data/a.json"} {
			path := put(t, filepath.Join(dir, name), strings.Repeat(name, 1000))
			if err := errors.Join(os.Chtimes(path, changed, changed), os.Chmod(path, perm)); err != nil {
				t.Fatal(err)
			}
			files = append(files, File{Name: name, Path: path})
		}
		if reverse {
			slices.Reverse(files)
		}
		before := slices.Clone(files)
		var out bytes.Buffer
		if err := Zip(&out, files...); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before, files); d != "" {
			t.Errorf("Zip changed its argument:\n%s", d)
		}
		return out.Bytes()
	}
	first := zipped(time.Now(), 0o600, false)
	second := zipped(time.Date(2001, 2, 3, 4, 5, 6, 0, time.Local), 0o755, true)
	if !bytes.Equal(first, second) {
		t.Fatal("other directory, times, modes and order of the same files give other bytes")
	}

	archive, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	type entry struct {
		Name     string
		Mode     fs.FileMode
		Modified string
		Content  string
	}
	var got []entry
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, entry{f.Name, f.Mode(), f.Modified.UTC().Format(time.RFC3339), string(content)})
	}
	const stamp = "1980-01-01T00:00:00Z"
	want := []entry{
		{"bootstrap", 0o755, stamp, strings.Repeat("bootstrap", 1000)},
		{"data/a.json", 0o755, stamp, strings.Repeat("data/a.json", 1000)},
		{"data/b.json", 0o755, stamp, strings.Repeat("data/b.json", 1000)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
}

func TestZipRefuses(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "f"), "x")
	tests := []struct {
		name  string
		files []File
		want  string
	}{
		{"an absolute name", []File{{"/etc/x", path}}, "relative path"},
		{"a name outside", []File{{"../x", path}}, "relative path"},
		{"an empty name", []File{{"", path}}, "relative path"},
		{"a directory", []File{{".", path}}, "relative path"},
		{"backslashes", []File{{`a\b`, path}}, "relative path"},
		{"a name twice", []File{{"a", path}, {"b", path}, {"a", path}}, `"a" is there twice`},
		{"a missing file", []File{{"a", path + "-missing"}}, "no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Zip(io.Discard, tt.files...)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q in it", err, tt.want)
			}
		})
	}
	t.Run("a writer that fails", func(t *testing.T) {
		if err := Zip(full{}, File{"a", path}); !errors.Is(err, errFull) {
			t.Errorf("error is %v", err)
		}
	})
}

var errFull = errors.New("disk is full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
