package validation

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// taggableText are the resource types of AWS provider 5.99.1 that take tags,
// one a line, sorted: those whose configuration in the CDKTF binding has a
// "tags" map.
//
//go:embed taggable_types.txt
var taggableText string

// taggableTypes are the types that take tags.
var taggableTypes = sync.OnceValue(func() []string { return strings.Fields(taggableText) })

// taggable reports whether a resource takes tags; one that carries them does,
// whether or not the list knows its type.
func taggable(r Resource) bool {
	if r.Type == ProviderType {
		return false
	}
	if !r.Get("tags").Absent() {
		return true
	}
	_, listed := slices.BinarySearch(taggableTypes(), r.Type)
	return listed
}

// requiredTags are the keys that everything carries, sorted: those that the
// environment gives, or else the house's.
func requiredTags(opts Options) []string {
	if len(opts.Tags) > 0 {
		return sortedKeys(opts.Tags)
	}
	return []string{"CostCenter", "DataClassification", "Environment", "ManagedBy", "Owner", "Project"}
}

// missingTags are the required keys that a map of tags lacks.
func missingTags(opts Options, tags Value) (missing []string, known bool) {
	entries, known := tags.Map()
	for _, key := range requiredTags(opts) {
		if _, ok := entries[key]; !ok {
			missing = append(missing, key)
		}
	}
	return missing, known
}
