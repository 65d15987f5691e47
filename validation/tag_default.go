package validation

import "strings"

func tagDefault() Rule {
	return Rule{
		ID:       "FO-TAG-003",
		Title:    "The provider adds the required tags by default",
		Why:      "Default tags catch what a resource forgets, and what AWS makes on a resource's behalf.",
		Fix:      "Set default_tags with the environment's tags on every aws provider block.",
		Severity: Error,
		Types:    []string{ProviderType},
		Check: func(ctx *Context, r Resource) []Result {
			missing, known := missingTags(ctx.Options, r.Get("default_tags", "tags"))
			switch {
			case !known:
				return unknown("default_tags.tags is %s", r.Get("default_tags", "tags"))
			case len(missing) > 0:
				return nonCompliant("default_tags lacks %s", strings.Join(missing, ", "))
			}
			return compliant()
		},
	}
}
