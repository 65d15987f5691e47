package local

import (
	"io"
	"net/http"
)

// Done answers a call of a JSON protocol that MiniStack does not know and whose
// effect nobody sees here: that it is done.
type Done struct{}

func (Done) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, _ = io.WriteString(w, "{}")
}
