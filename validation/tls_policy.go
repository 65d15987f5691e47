package validation

import (
	"slices"
	"strconv"
	"strings"
)

// policiesAbout are the policies about a resource: its own attribute, and the
// resources of a type that attach one to it.
func policiesAbout(ctx *Context, r Resource, typ, attribute string) (texts []Value, complete bool) {
	if own := r.Get("policy"); !own.Absent() {
		texts = append(texts, own)
	}
	found, complete := ctx.Stack.Neighbours(r, typ, attribute)
	for _, neighbour := range found {
		texts = append(texts, neighbour.Get("policy"))
	}
	return texts, complete
}

// wantDenial judges whether a policy among the texts denies everybody one of
// the actions under a condition. complete is false if there may be more texts.
func wantDenial(texts []Value, complete bool, actions []string, what string, holds func(condition) bool) []Result {
	for _, text := range texts {
		p, known := parsePolicy(text)
		complete = complete && known
		if denies(p, actions, holds) {
			return compliant()
		}
	}
	switch {
	case !complete:
		return unknown("a policy can't be read, so it can't be told whether it denies %s", what)
	case len(texts) == 0:
		return nonCompliant("it has no policy that denies %s", what)
	}
	return nonCompliant("its policy does not deny %s to everybody, for the whole resource, under that condition alone", what)
}

// insecure is the condition that holds for requests without TLS.
func insecure(c condition) bool {
	return c.Operator == "Bool" && strings.EqualFold(c.Key, "aws:SecureTransport") && slices.Equal(c.Values, []string{"false"})
}

// oldTLS is the condition that holds for requests below TLS 1.2.
func oldTLS(c condition) bool {
	if c.Operator != "NumericLessThan" || !strings.EqualFold(c.Key, "s3:TlsVersion") || len(c.Values) != 1 {
		return false
	}
	version, err := strconv.ParseFloat(c.Values[0], 64)
	return err == nil && version >= 1.2
}
