package problem

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

func TestResponse(t *testing.T) {
	tests := []struct {
		name    string
		problem Problem
		headers map[string]string
		want    events.APIGatewayProxyResponse
		body    map[string]any
	}{
		{
			name:    "every field",
			problem: New(404, "there is no such ticket", "request-1"),
			want: events.APIGatewayProxyResponse{StatusCode: 404, Headers: map[string]string{
				"Content-Type": "application/problem+json", "Cache-Control": "no-store",
			}},
			body: map[string]any{"type": "about:blank", "title": "Not Found", "status": 404.0, "detail": "there is no such ticket", "instance": "request-1"},
		},
		{
			name:    "no detail and no instance",
			problem: New(500, "", ""),
			want: events.APIGatewayProxyResponse{StatusCode: 500, Headers: map[string]string{
				"Content-Type": "application/problem+json", "Cache-Control": "no-store",
			}},
			body: map[string]any{"type": "about:blank", "title": "Internal Server Error", "status": 500.0},
		},
		{
			name:    "headers of the caller",
			problem: New(501, "Nothing here does this.", "request-2"),
			headers: map[string]string{"Vary": "Origin"},
			want: events.APIGatewayProxyResponse{StatusCode: 501, Headers: map[string]string{
				"Content-Type": "application/problem+json", "Cache-Control": "no-store", "Vary": "Origin",
			}},
			body: map[string]any{"type": "about:blank", "title": "Not Implemented", "status": 501.0, "detail": "Nothing here does this.", "instance": "request-2"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.problem.Response(tt.headers)
			var body map[string]any
			if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.body, body); d != "" {
				t.Errorf("body (-want +got):\n%s", d)
			}
			got.Body = ""
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("response (-want +got):\n%s", d)
			}
		})
	}
}
