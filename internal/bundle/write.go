package bundle

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Result is one bundle.
type Result struct {
	Name      string // of the function, or Agent
	Path      string
	Size      int64 // bytes
	SHA256    [sha256.Size]byte
	Unchanged bool // the zip was there, with these bytes, and was left alone
}

// write zips files to path: all of it or, where something fails, nothing. A
// zip that has the same bytes already keeps its modification time.
func write(name, path string, files ...File) (Result, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Result{}, err
	}
	temp, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*")
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // gone already where it was renamed
	sum := sha256.New()
	err = errors.Join(Zip(io.MultiWriter(temp, sum), files...), temp.Chmod(0o644), temp.Sync(), temp.Close())
	if err != nil {
		return Result{}, err
	}
	info, err := os.Stat(temp.Name())
	if err != nil {
		return Result{}, err
	}
	result := Result{Name: name, Path: path, Size: info.Size(), SHA256: [sha256.Size]byte(sum.Sum(nil))}
	old, err := hash(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return Result{}, err
	case bytes.Equal(old, result.SHA256[:]):
		result.Unchanged = true
		return result, nil
	}
	return result, os.Rename(temp.Name(), path)
}

func hash(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return sum.Sum(nil), nil
}
