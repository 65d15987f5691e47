package cors

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHeaders(t *testing.T) {
	const allowed = "https://app.example, https://dev.example,"
	tests := []struct {
		name    string
		request map[string]string
		want    string
	}{
		{name: "allowed", request: map[string]string{"Origin": "https://app.example"}, want: "https://app.example"},
		{name: "allowed, header in lower case", request: map[string]string{"origin": "https://dev.example"}, want: "https://dev.example"},
		{name: "not allowed", request: map[string]string{"Origin": "https://evil.example"}},
		{name: "longer than an allowed one", request: map[string]string{"Origin": "https://app.example.evil.example"}},
		{name: "other scheme", request: map[string]string{"Origin": "http://app.example"}},
		{name: "null", request: map[string]string{"Origin": "null"}},
		{name: "empty", request: map[string]string{"Origin": ""}},
		{name: "none", request: map[string]string{"Accept": "https://app.example"}},
		{name: "no headers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := map[string]string{"Vary": "Origin"}
			if tt.want != "" {
				want["Access-Control-Allow-Origin"] = tt.want
			}
			if d := cmp.Diff(want, Parse(allowed).Headers(tt.request)); d != "" {
				t.Errorf("headers (-want +got):\n%s", d)
			}
		})
	}
}
