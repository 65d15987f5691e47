package local

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Use is one action that a function was seen to use, with one of the resources
// and condition values that it used it with. What differs from call to call
// (ids, tenants, hashes) is replaced, so that the same calls make the same uses.
type Use struct {
	Function  string              `json:"function"` // without the environment's prefix
	Role      string              `json:"role"`     // "execution", or the name of the role that was assumed
	Action    string              `json:"action"`
	Resource  string              `json:"resource"`
	Condition map[string][]string `json:"condition,omitempty"`
}

// Uses are the distinct uses in calls, sorted. tenants are the ids that stand
// as "<tenant>".
func Uses(calls []Call, prefix string, tenants []string) []Use {
	seen := map[string]Use{}
	plain := plainer(tenants)
	for _, c := range calls {
		for _, a := range c.Actions {
			u := Use{strings.TrimPrefix(c.Function, prefix), c.Role, a.Name, plain(a.Resource), map[string][]string{}}
			for key, values := range a.Condition {
				for _, v := range values {
					u.Condition[key] = append(u.Condition[key], plain(v))
				}
				slices.Sort(u.Condition[key])
			}
			text, _ := json.Marshal(u) // maps are written in order
			seen[string(text)] = u
		}
	}
	var all []Use
	for _, text := range slices.Sorted(maps.Keys(seen)) {
		all = append(all, seen[text])
	}
	return all
}

var (
	uuids   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	sockets = regexp.MustCompile(`/@connections/.*`)
	// Ids that MiniStack makes up: of API keys, usage plans, user pools, runtimes.
	made = regexp.MustCompile(`(/apikeys/|/usageplans/|/keys/|userpool/[a-z0-9-]+_|runtimes?/[A-Za-z0-9_<>]+-)([A-Za-z0-9]{8,10})\b`)
	// S3's ids of versions, in the keys of exports.
	versions = regexp.MustCompile(`(/contents/[^/]+/)[^/]+$`)
	hashes   = regexp.MustCompile(`\b[0-9a-f]{40,64}\b`)
)

func plainer(tenants []string) func(string) string {
	longest := slices.SortedFunc(slices.Values(tenants), func(a, b string) int { return len(b) - len(a) })
	var patterns []string
	for _, t := range longest {
		patterns = append(patterns, regexp.QuoteMeta(t), regexp.QuoteMeta(strings.ReplaceAll(t, "-", "_")))
	}
	names := regexp.MustCompile(`(^|[#/_-])(` + strings.Join(patterns, "|") + `)($|[#/_-])`)
	return func(s string) string {
		s = sockets.ReplaceAllString(s, "/@connections/<id>")
		s = hashes.ReplaceAllString(uuids.ReplaceAllString(s, "<id>"), "<hash>")
		s = versions.ReplaceAllString(s, "$1<version>")
		return made.ReplaceAllString(names.ReplaceAllString(s, "$1<tenant>$3"), "$1<id>")
	}
}
