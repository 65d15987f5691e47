package bundle

import (
	"fmt"
	"os"
	"strings"
)

// Check tells which bundles are missing below dist; nil if none is.
func Check(dist string) error {
	paths := []string{AgentZip(dist)}
	for _, name := range Functions() {
		paths = append(paths, FunctionZip(dist, name))
	}
	var missing []string
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			missing = append(missing, p)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%d bundles are missing: run \"make build\"\n  %s", len(missing), strings.Join(missing, "\n  "))
	}
	return nil
}
