package bundle

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// File is one entry of a zip.
type File struct {
	Name string // in the zip: relative, with slashes
	Path string // of the content on disk
}

// mode of every entry: Lambda and AgentCore run them as another user.
const mode fs.FileMode = 0o755

// modified is the time of every entry: the first that a zip can hold.
func modified() time.Time { return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) }

// Zip writes files as a zip to w. Its bytes depend on the names and contents
// alone: entries are sorted by name, and have one fixed time and mode. It
// fails for names that no zip should have, and where a file can't be read.
func Zip(w io.Writer, files ...File) error {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	for i, f := range files {
		if !fs.ValidPath(f.Name) || f.Name == "." || strings.Contains(f.Name, `\`) {
			return fmt.Errorf("zip entry %q: the name must be a relative path with slashes", f.Name)
		}
		if i > 0 && files[i-1].Name == f.Name {
			return fmt.Errorf("zip entry %q is there twice", f.Name)
		}
	}
	archive := zip.NewWriter(w)
	for _, f := range files {
		if err := add(archive, f); err != nil {
			return fmt.Errorf("zip entry %q: %w", f.Name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("end zip: %w", err)
	}
	return nil
}

func add(archive *zip.Writer, f File) error {
	content, err := os.Open(f.Path)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // it was only read
	header := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: modified()}
	header.SetMode(mode)
	entry, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(entry, content)
	return err
}
