package validation

import (
	"regexp"
	"slices"
	"strings"
)

var keyARN = regexp.MustCompile(`^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:(key/.+|alias/.+)$`)

// customerKey judges a value that must be a key of our own: a reference to a
// key or alias of the stack, an output of remote state that is named for a key,
// or a literal ARN or alias. Aliases below "alias/aws/" are reserved for keys
// that AWS manages, so any other is of ours.
func customerKey(ctx *Context, v Value, name string) []Result {
	if text, known := v.Text(); known {
		return literalKey(text, name)
	}
	ref, ok := v.Reference()
	if !ok {
		return unknown("%s is %s", name, v)
	}
	switch ref.Kind {
	case RefResource:
		if _, found := ctx.Stack.Resolve(v); found && slices.Contains(keyAttributes(ref.Type), ref.Attribute) {
			return compliant()
		}
	case RefRemoteState:
		if strings.HasSuffix(ref.Attribute, "kms_key_arn") || strings.HasSuffix(ref.Attribute, "kms_key_id") {
			return compliant()
		}
	}
	return unknown("%s is %s, which is not known to be a customer-managed key", name, v)
}

func literalKey(text, name string) []Result {
	switch {
	case text == "":
		return nonCompliant("%s is absent", name)
	case strings.HasPrefix(text, "alias/aws/"), strings.Contains(text, ":alias/aws/"):
		return nonCompliant("%s is %q, a key that AWS manages", name, text)
	case strings.HasPrefix(text, "alias/"), keyARN.MatchString(text):
		return compliant()
	}
	return unknown("%s is %q, which does not tell whose key it is", name, text)
}

// keyAttributes are the attributes of a type that name a customer-managed key.
func keyAttributes(typ string) []string {
	switch typ {
	case "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key":
		return []string{"arn", "key_id", "id"}
	case "aws_kms_alias":
		return []string{"arn", "name", "target_key_arn", "target_key_id"}
	}
	return nil
}

// wantCustomerKey judges one attribute of a resource as customerKey does.
func wantCustomerKey(ctx *Context, r Resource, path ...string) []Result {
	return customerKey(ctx, r.Get(path...), dotted(path))
}
