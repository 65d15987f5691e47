package validation

import "strings"

func tagRequired() Rule {
	return Rule{
		ID:       "FO-TAG-001",
		Title:    "Everything taggable carries the required tags",
		Why:      "Cost, ownership and data handling are decided by tag; what has none belongs to nobody. Tags on the resource show in the plan, default tags alone do not.",
		Fix:      "Pass the environment's tags (envs.Config.TagMap) to the construct, so that tags holds every required key.",
		Severity: Error,
		Types:    []string{AnyType},
		Check: func(ctx *Context, r Resource) []Result {
			if !taggable(r) {
				return notApplicable()
			}
			missing, known := missingTags(ctx.Options, r.Get("tags"))
			switch {
			case !known:
				return unknown("tags is %s", r.Get("tags"))
			case len(missing) > 0:
				return nonCompliant("tags lacks %s", strings.Join(missing, ", "))
			}
			return compliant()
		},
	}
}
