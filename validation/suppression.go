package validation

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A suppression stands in the resource's "//" comment:
//
//	"//": {"suppress": {"FO-IAM-002/Tracing": "X-Ray offers no resource to scope this to"}}
//
// The key is a rule id, or a rule id, "/" and the part of the resource that is
// excused, so that an excuse for one statement does not cover the next.

// The least that a reason must say: enough to be an argument.
const (
	minReasonLength = 20 // characters
	minReasonWords  = 4  // different ones
)

// readSuppressions reads the comment's suppressions. problem says why they
// can't be read.
func readSuppressions(v Value) (suppressions map[string]string, problem string) {
	entries, known := v.Map()
	if !known {
		return nil, "suppress is not a map of rule id to reason"
	}
	suppressions = make(map[string]string, len(entries))
	for key, entry := range entries {
		reason, isText := entry.raw.(string)
		if !isText {
			return nil, fmt.Sprintf("the reason of %q is not text", key)
		}
		suppressions[key] = reason
	}
	return suppressions, ""
}

// splitSuppression takes a key apart into rule id and part.
func splitSuppression(key string) (id, part string) {
	id, part, _ = strings.Cut(key, "/")
	return id, part
}

// checkReason says what a reason lacks; "" if nothing. Repeating the rule's
// words is no reason.
func checkReason(rule Rule, reason string) string {
	own := reason
	for _, repeated := range []string{rule.ID, rule.Title, rule.Why, rule.Fix} {
		own = removeFold(own, strings.TrimSuffix(repeated, "."))
	}
	own = strings.TrimFunc(own, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if n := len([]rune(own)); n < minReasonLength {
		return fmt.Sprintf("the reason says %d characters of its own, want %d or more", n, minReasonLength)
	}
	words := strings.FieldsFunc(strings.ToLower(own), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(words)
	if n := len(slices.Compact(words)); n < minReasonWords {
		return fmt.Sprintf("the reason has %d different words, want %d or more", n, minReasonWords)
	}
	return ""
}

// removeFold removes a phrase from text without regard to case.
func removeFold(text, phrase string) string {
	if phrase == "" {
		return text
	}
	i := strings.Index(strings.ToLower(text), strings.ToLower(phrase))
	if i < 0 || i+len(phrase) > len(text) {
		return text
	}
	return text[:i] + text[i+len(phrase):]
}
