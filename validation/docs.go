package validation

import (
	"fmt"
	"slices"
	"strings"
)

// families are the headings of the rules' pages, by the middle of their ids.
func families() map[string]string {
	return map[string]string{
		"API": "APIs",
		"BAK": "Backup and deletion",
		"FN":  "Functions and workflows",
		"IAM": "Access",
		"KMS": "Encryption at rest",
		"LOG": "Logs",
		"NET": "Network",
		"S3":  "Buckets",
		"SUP": "Suppressions",
		"TAG": "Tags",
		"TLS": "Encryption in transit",
	}
}

// family is the middle of a rule's id: "KMS" of "FO-KMS-001".
func (r Rule) family() string {
	_, rest, _ := strings.Cut(r.ID, "-")
	name, _, _ := strings.Cut(rest, "-")
	return name
}

const docsHead = `# Validation rules

<!-- Generated from the rules in validation/. Do not edit. -->

Every stack is judged as synthesized, before any plan. A broken rule is an error or a warning, as
the rule says; an error stops the synth. Where a rule can't tell, because the value is known only at
apply, the finding is a warning of class "unknown". A rule that fails to run is an error.

## Suppressing a finding

A suppression stands beside the code that it excuses:

` + "```go" + `
constructs.Suppress(policy, "FO-IAM-002/ListAgents", "The list call takes no resource; the role reads names and nothing else")
` + "```" + `

It reaches the synthesized JSON in the resource's comment, as a map of what is excused to the reason
why the risk is acceptable:

` + "```json" + `
"aws_iam_role_policy": {
  "tracing": {
    "//": {
      "suppress": {
        "FO-IAM-002/ListAgents": "The list call takes no resource; the role reads names and nothing else"
      }
    }
  }
}
` + "```" + `

The key is a rule id and excuses the whole resource, or a rule id, "/" and a part, such as the Sid of a
policy statement: an excuse for one statement does not cover the next. The reason has at least 20
characters and four words beyond the rule's own. Suppressed findings are listed in every report with their
reasons. A malformed suppression and one that excuses nothing are findings themselves (FO-SUP-001,
FO-SUP-002) and can't be suppressed; nor can the failure of a rule.
`

// Markdown is docs/rules.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString(docsHead)
	rules := Rules()
	b.WriteString("\n## All rules\n\n| rule | severity | statement |\n| --- | --- | --- |\n")
	for _, rule := range rules {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", rule.ID, strings.ToLower(rule.ID), rule.Severity, cell(rule.Title))
	}
	for i, rule := range rules {
		if i == 0 || rules[i-1].family() != rule.family() {
			fmt.Fprintf(&b, "\n## %s\n", families()[rule.family()])
		}
		rule.writeMarkdown(&b)
	}
	writeComparison(&b)
	return b.String()
}

func (r Rule) writeMarkdown(b *strings.Builder) {
	types := "every resource"
	if !slices.Contains(r.Types, AnyType) {
		sorted := slices.Sorted(slices.Values(r.Types))
		types = "`" + strings.Join(sorted, "`, `") + "`"
	}
	fmt.Fprintf(b, "\n### %s\n\n%s. (%s)\n\n", r.ID, r.Title, r.Severity)
	fmt.Fprintf(b, "- **Why:** %s\n- **Fix:** %s\n- **Judges:** %s\n", prose(r.Why), prose(r.Fix), types)
}

// cell keeps a "|" from ending a table cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// prose keeps "<" and "*" from being read as markup.
func prose(text string) string {
	return strings.NewReplacer("<", `\<`, "*", `\*`).Replace(text)
}
