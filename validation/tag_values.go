package validation

import "fmt"

func tagValues() Rule {
	return Rule{
		ID:       "FO-TAG-002",
		Title:    "Tags have allowed values",
		Why:      "A tag with a value of its own falls out of every report and policy that groups by it.",
		Fix:      "Use the environment's value; DataClassification is public, internal, confidential or restricted.",
		Severity: Error,
		Types:    []string{AnyType},
		Check: func(ctx *Context, r Resource) []Result {
			tags, known := r.Get("tags").Map()
			if !taggable(r) || !known || len(tags) == 0 {
				return notApplicable() // FO-TAG-001 speaks of these
			}
			result := compliant()
			for _, key := range sortedKeys(tags) {
				result = worst(result, tagValue(ctx.Options, key, tags[key]))
			}
			return result
		},
	}
}

// tagValue judges one tag. A data classification may be stricter or laxer than
// the environment's, since data differ; the other values may not.
func tagValue(opts Options, key string, v Value) []Result {
	name := fmt.Sprintf("tag %s", key)
	if key == "DataClassification" {
		return wantText(v, name, "public", "internal", "confidential", "restricted")
	}
	if want := opts.Tags[key]; want != "" {
		return wantText(v, name, want)
	}
	return notApplicable()
}
