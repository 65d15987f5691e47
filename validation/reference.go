package validation

import (
	"regexp"
	"strings"
)

// RefKind says what a reference refers to.
type RefKind int

// The kinds of references.
const (
	RefResource    RefKind = iota // ${aws_kms_key.key.arn}
	RefData                       // ${data.aws_region.current.name}
	RefRemoteState                // ${data.terraform_remote_state.foundation.outputs.kms_key_arn}
)

// Reference is an expression that only names an attribute.
type Reference struct {
	Kind RefKind
	// Type and Name are those of the resource or data source.
	Type, Name string
	// Attribute is what is read from it, with indexes left out; for remote
	// state, the name of the output.
	Attribute string
}

var (
	referencePattern = regexp.MustCompile(`\$\{(data\.)?([a-z][a-z0-9]*_[a-z0-9_]+)\.([A-Za-z_][A-Za-z0-9_-]*)((?:\.[A-Za-z_][A-Za-z0-9_-]*|\[[^\]]*\])*)\}`)
	indexPattern     = regexp.MustCompile(`\[[^\]]*\]`)
)

// Reference returns what the value refers to, if the whole value is one
// reference.
func (v Value) Reference() (Reference, bool) {
	text, _ := v.raw.(string)
	match := referencePattern.FindStringSubmatchIndex(text)
	if match == nil || match[0] != 0 || match[1] != len(text) {
		return Reference{}, false
	}
	return newReference(referencePattern.FindStringSubmatch(text)), true
}

// references are all references in a text.
func references(text string) []Reference {
	var refs []Reference
	for _, match := range referencePattern.FindAllStringSubmatch(unescaped(text), -1) {
		refs = append(refs, newReference(match))
	}
	return refs
}

func newReference(match []string) Reference {
	ref := Reference{Type: match[2], Name: match[3]}
	ref.Attribute = strings.TrimPrefix(indexPattern.ReplaceAllString(match[4], ""), ".")
	if match[1] == "" {
		return ref
	}
	ref.Kind = RefData
	if output, ok := strings.CutPrefix(ref.Attribute, "outputs."); ok && ref.Type == "terraform_remote_state" {
		ref.Kind, ref.Attribute = RefRemoteState, output
	}
	return ref
}

// unescaped is the text without Terraform's escaped sequences ("$${" stands for
// a literal "${", as IAM policy variables need), so that what is left of "${"
// and "%{" are expressions.
func unescaped(text string) string {
	return strings.NewReplacer("$${", "", "%%{", "").Replace(text)
}

// isExpression reports whether Terraform evaluates the text.
func isExpression(text string) bool {
	text = unescaped(text)
	return strings.Contains(text, "${") || strings.Contains(text, "%{")
}

// isScoped reports whether each expression in the text is a reference to an
// attribute of one thing, so that the text can't come out as a bare wildcard.
func isScoped(text string) bool {
	return !isExpression(referencePattern.ReplaceAllString(unescaped(text), ""))
}
