package bundle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckNamesEveryMissingBundle(t *testing.T) {
	dist := t.TempDir()
	err := Check(dist)
	if err == nil {
		t.Fatal("an empty folder passes")
	}
	for _, name := range append(Functions(), Agent) {
		if !strings.Contains(err.Error(), name+".zip") {
			t.Errorf("%s is not named in %v", name, err)
		}
	}
	for _, path := range append([]string{AgentZip(dist)}, zips(dist)...) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Check(dist); err != nil {
		t.Error(err)
	}
}

func zips(dist string) []string {
	var paths []string
	for _, name := range Functions() {
		paths = append(paths, FunctionZip(dist, name))
	}
	return paths
}
