package validation

import "strings"

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
