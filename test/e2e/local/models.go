package local

import (
	"net/http"
	"strings"
)

// Models stand in for Bedrock's models: one that embeds, and one that answers.
type Models struct{}

func (Models) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/invoke"):
		embed(w, r)
	case strings.HasSuffix(r.URL.Path, "/converse-stream"):
		converse(w, r)
	default:
		fail(w, &Fault{Status: http.StatusNotFound, Code: "ResourceNotFoundException"})
	}
}
