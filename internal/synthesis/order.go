package synthesis

import (
	"maps"
	"slices"
)

// order sorts names so that each stands behind what it depends on, and alike
// ones by name.
func order(dependencies map[string][]string) []string {
	var sorted []string
	done := map[string]bool{}
	var add func(name string)
	add = func(name string) {
		if done[name] {
			return
		}
		done[name] = true
		needs := slices.Clone(dependencies[name])
		slices.Sort(needs)
		for _, d := range needs {
			add(d)
		}
		sorted = append(sorted, name)
	}
	for _, name := range slices.Sorted(maps.Keys(dependencies)) {
		add(name)
	}
	return sorted
}
