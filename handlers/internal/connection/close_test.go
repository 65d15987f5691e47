package connection_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/flowops/flowops/handlers/internal/connection"
)

func TestClose(t *testing.T) {
	for answer, ok := range map[string]bool{"204 ": true, "410 GoneException": true, "403 ForbiddenException": false} {
		t.Run(answer, func(t *testing.T) {
			calls := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if calls++; r.Method != http.MethodDelete || r.URL.Path != "/dev/@connections/"+client || r.Header.Get("Authorization") == "" {
					t.Errorf("%s %s", r.Method, r.URL.Path)
				}
				status, kind, _ := strings.Cut(answer, " ")
				code, err := strconv.Atoi(status)
				if err != nil {
					t.Error(err)
				}
				w.Header().Set("X-Amzn-Errortype", kind)
				w.WriteHeader(code)
			}))
			defer server.Close()
			cfg := aws.Config{Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "example", "")}
			p := connection.New("eu-central-1", connection.NoDomain, func(string) connection.API { return connection.AWS(cfg)(server.URL + "/dev") })
			if err := p.Close(context.Background(), endpoint, client); (err == nil) != ok || calls != 1 {
				t.Errorf("%v after %d calls", err, calls)
			}
			if err := p.Close(context.Background(), "https://evil.example/dev", client); !errors.Is(err, connection.ErrEndpoint) || calls != 1 {
				t.Errorf("another host: %v", err)
			}
		})
	}
	p := connection.New("eu-central-1", connection.NoDomain, func(string) connection.API { return onlyPosts{} })
	if err := p.Close(context.Background(), endpoint, client); err == nil {
		t.Error("a client that only posts closes")
	}
}

type onlyPosts struct{ connection.API }
