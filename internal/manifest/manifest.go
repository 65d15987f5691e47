// Package manifest reads what CDKTF writes about the stacks of an output
// directory, and puts them into the order of deployment.
package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Name is the manifest's in an output directory; the cdktf CLI reads it first.
const Name = "manifest.json"

// Manifest is what CDKTF writes about the stacks.
type Manifest struct {
	raw    map[string]json.RawMessage // its fields
	texts  map[string]json.RawMessage // each stack's, as it stands
	stacks map[string]stack
}

type stack struct {
	Path         string `json:"synthesizedStackPath"`
	Dependencies []string
}

// Read reads an output directory's manifest.
func Read(dir string) (Manifest, error) {
	var m Manifest
	text, err := os.ReadFile(filepath.Join(dir, Name))
	if err != nil {
		return m, fmt.Errorf("read the manifest: %w", err)
	}
	if err := json.Unmarshal(text, &m.raw); err != nil {
		return m, fmt.Errorf("read the manifest: %w", err)
	}
	for _, into := range []any{&m.texts, &m.stacks} {
		if err := json.Unmarshal(m.raw["stacks"], into); err != nil {
			return m, fmt.Errorf("read the manifest's stacks: %w", err)
		}
	}
	return m, nil
}

// Path is that of a stack's JSON, below the output directory.
func (m Manifest) Path(stack string) string { return m.stacks[stack].Path }

// Order is the stacks' names, each behind what it depends on, and alike ones by
// name.
func (m Manifest) Order() []string {
	var sorted []string
	done := map[string]bool{}
	var add func(name string)
	add = func(name string) {
		if done[name] {
			return
		}
		done[name] = true
		for _, d := range slices.Sorted(slices.Values(m.stacks[name].Dependencies)) {
			add(d)
		}
		sorted = append(sorted, name)
	}
	for _, name := range slices.Sorted(maps.Keys(m.stacks)) {
		add(name)
	}
	return sorted
}

// Write puts the stacks into the order of deployment, which is the one that the
// cdktf CLI lists them in. CDKTF sorts them by name.
func (m Manifest) Write(dir string) error {
	var stacks bytes.Buffer
	stacks.WriteByte('{')
	for i, name := range m.Order() {
		if i > 0 {
			stacks.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return fmt.Errorf("write the manifest: %w", err)
		}
		stacks.Write(key)
		stacks.WriteByte(':')
		stacks.Write(m.texts[name])
	}
	stacks.WriteByte('}')
	m.raw["stacks"] = stacks.Bytes()
	text, err := json.MarshalIndent(m.raw, "", "  ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, Name), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}
