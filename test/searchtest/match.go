package searchtest

import (
	"fmt"
	"math"
)

// matches is whether a document matches a query of term, range and bool.
func matches(source, query map[string]any) bool {
	for kind, clause := range query {
		body, _ := clause.(map[string]any)
		if !matchesClause(source, kind, body) {
			return false
		}
	}
	return len(query) > 0
}

func matchesClause(source map[string]any, kind string, body map[string]any) bool {
	switch kind {
	case "term":
		for field, value := range body {
			if fmt.Sprint(source[field]) != fmt.Sprint(value) {
				return false
			}
		}
		return len(body) > 0
	case "range":
		for field, bounds := range body {
			for bound, limit := range object(bounds) {
				value, _ := source[field].(float64)
				most, _ := limit.(float64)
				if bound == "lt" && value >= most || bound == "gte" && value < most || bound != "lt" && bound != "gte" {
					return false
				}
			}
		}
		return len(body) > 0
	case "bool":
		filters, _ := body["filter"].([]any)
		for _, f := range filters {
			if !matches(source, object(f)) {
				return false
			}
		}
		should, _ := body["should"].([]any)
		for _, f := range should {
			if matches(source, object(f)) {
				return true
			}
		}
		return len(should) == 0
	}
	panic("the query has a clause that the test's domain does not know: " + kind)
}

// cosine of two vectors.
func cosine(a, b any) float64 {
	x, _ := a.([]any)
	y, _ := b.([]any)
	var dot, xx, yy float64
	for i := range min(len(x), len(y)) {
		p, _ := x[i].(float64)
		q, _ := y[i].(float64)
		dot, xx, yy = dot+p*q, xx+p*p, yy+q*q
	}
	return dot / math.Sqrt(xx*yy)
}
