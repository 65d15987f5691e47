package validation

import (
	"io"
	"slices"
)

// SARIF writes the report as SARIF 2.1.0, which code hosts show beside the
// change. A result's place is the stack's synthesized document and the
// construct path within it.
func (r Report) SARIF(w io.Writer) error {
	type text struct {
		Text string `json:"text"`
	}
	type rule struct {
		ID    string `json:"id"`
		Short text   `json:"shortDescription"`
		Full  text   `json:"fullDescription"`
		Help  text   `json:"help"`
	}
	type artifact struct {
		URI string `json:"uri"`
	}
	type physical struct {
		Artifact artifact `json:"artifactLocation"`
	}
	type logical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	type location struct {
		Physical physical  `json:"physicalLocation"`
		Logical  []logical `json:"logicalLocations"`
	}
	type suppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
	type result struct {
		RuleID       string        `json:"ruleId"`
		RuleIndex    int           `json:"ruleIndex"`
		Level        Severity      `json:"level"`
		Message      text          `json:"message"`
		Locations    []location    `json:"locations"`
		Suppressions []suppression `json:"suppressions,omitempty"`
	}
	type driver struct {
		Name  string `json:"name"`
		Rules []rule `json:"rules"`
	}
	type tool struct {
		Driver driver `json:"driver"`
	}
	type run struct {
		Tool    tool     `json:"tool"`
		Results []result `json:"results"`
	}

	all := Rules()
	rules := make([]rule, len(all))
	for i, one := range all {
		rules[i] = rule{one.ID, text{one.Title}, text{one.Why}, text{one.Fix}}
	}
	results := make([]result, 0, len(r.Findings))
	for _, f := range r.Findings {
		one := result{
			RuleID:    f.Rule,
			RuleIndex: slices.IndexFunc(all, func(rule Rule) bool { return rule.ID == f.Rule }),
			Level:     f.Severity,
			Message:   text{f.what()},
			Locations: []location{{
				Physical: physical{artifact{"stacks/" + f.Stack + "/cdk.tf.json"}},
				Logical:  []logical{{f.Path, "resource"}},
			}},
		}
		if f.Suppressed {
			one.Suppressions = []suppression{{"inSource", f.Justification}}
		}
		results = append(results, one)
	}
	return writeJSON(w, struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}{
		"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0",
		[]run{{tool{driver{"flowops-validation", rules}}, results}},
	})
}
