package synthesis

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/flowops/flowops/internal/manifest"
)

// markerName is the file that says which environment an output directory was
// last synthesized for.
const markerName = ".environment"

// Clear takes from an output directory all that could be deployed: manifest,
// stacks' JSON and assets. What Terraform keeps beside them (providers, lock
// file) stays, so that a synth does not cost an init.
func Clear(outdir string) error {
	stacks, err := filepath.Glob(filepath.Join(outdir, "stacks", "*"))
	if err != nil {
		return err
	}
	doomed := []string{filepath.Join(outdir, manifest.Name)}
	for _, s := range stacks {
		doomed = append(doomed, filepath.Join(s, "cdk.tf.json"), filepath.Join(s, "assets"))
	}
	err = removeAll(doomed)
	// Directories that hold nothing any more go too; the others refuse.
	for _, dir := range append(stacks, filepath.Join(outdir, "stacks")) {
		_ = os.Remove(dir)
	}
	if _, kept := os.Stat(filepath.Join(outdir, "stacks")); os.IsNotExist(kept) {
		err = errors.Join(err, removeAll([]string{filepath.Join(outdir, markerName)}))
		_ = os.Remove(outdir)
	}
	return err
}

// forget removes what Terraform keeps in a cleared output directory unless that
// is of the same environment: it holds the backend of another one, which
// Terraform would offer to migrate.
func forget(outdir, environment string) error {
	before, err := os.ReadFile(filepath.Join(outdir, markerName))
	if err == nil && string(before) == environment {
		return nil
	}
	kept, err := filepath.Glob(filepath.Join(outdir, "stacks", "*", ".terraform"))
	if err != nil {
		return err
	}
	return removeAll(kept)
}

func removeAll(paths []string) error {
	var errs []error
	for _, path := range paths {
		errs = append(errs, os.RemoveAll(path))
	}
	return errors.Join(errs...)
}

// place moves what was synthesized into a cleared output directory. The
// manifest, without which nothing is deployed, comes last.
func place(staging, outdir string) error {
	var files []string
	err := filepath.WalkDir(staging, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == manifest.Name {
			return err
		}
		files = append(files, path)
		return nil
	})
	if err != nil {
		return err
	}
	for _, from := range append(files, filepath.Join(staging, manifest.Name)) {
		relative, err := filepath.Rel(staging, from)
		if err != nil {
			return err
		}
		to := filepath.Join(outdir, relative)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
	}
	return nil
}
