package validation

import (
	"maps"
	"slices"
	"strings"
)

// dotted writes a path of attributes as Terraform does.
func dotted(path []string) string { return strings.Join(path, ".") }

// orList writes choices as prose: "A, B or C".
func orList(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " or " + items[last]
}

// short cuts text to what fits in a reason.
func short(text string) string {
	const limit = 80
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "..."
	}
	return text
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
