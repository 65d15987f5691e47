package synthesis

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// manifest is what CDKTF writes about the stacks.
type manifest struct {
	raw    map[string]json.RawMessage // its fields
	texts  map[string]json.RawMessage // each stack's, as it stands
	stacks map[string]stackManifest
}

type stackManifest struct {
	Path         string `json:"synthesizedStackPath"`
	Dependencies []string
}

func readManifest(dir string) (manifest, error) {
	var m manifest
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
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

// order is the stacks' names, each behind what it depends on, and alike ones by
// name.
func (m manifest) order() []string {
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

// write puts the stacks into the order of deployment, which is the one that the
// cdktf CLI lists them in. CDKTF sorts them by name.
func (m manifest) write(dir string) error {
	var stacks bytes.Buffer
	stacks.WriteByte('{')
	for i, name := range m.order() {
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
	if err := os.WriteFile(filepath.Join(dir, manifestName), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}
