package connection_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi"

	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/fault"
)

const (
	endpoint = "https://z9y8x7w6v5.execute-api.eu-central-1.amazonaws.com/dev"
	client   = "R1kmxc2VNjMCFIA="
)

func TestCheck(t *testing.T) {
	with := connection.New("eu-central-1", "chat.example.com", nil)
	without := connection.New("eu-central-1", connection.NoDomain, nil)
	unset := connection.New("eu-central-1", "", nil)
	tests := []struct {
		name, endpoint, id string
		with, without      bool
	}{
		{"the API's", endpoint, client, true, true},
		{"the custom domain's", "https://chat.example.com", client, true, false},
		{"the custom domain's with a mapping", "https://chat.example.com/live", client, true, false},
		{"another region's", strings.Replace(endpoint, "eu-central-1", "eu-west-1", 1), client, false, false},
		{"another host", "https://evil.example/dev", client, false, false},
		{"a host that ends alike", "https://evil-chat.example.com/live", client, false, false},
		{"a host below the custom domain", "https://x.chat.example.com/live", client, false, false},
		{"a host that begins alike", "https://z9.execute-api.eu-central-1.amazonaws.com.evil.example/dev", client, false, false},
		{"a host with more dots", "https://evil.z9.execute-api.eu-central-1.amazonaws.com/dev", client, false, false},
		{"dots that are none", "https://z9.execute-apixeu-central-1.amazonaws.com/dev", client, false, false},
		{"no encryption", strings.Replace(endpoint, "https", "http", 1), client, false, false},
		{"a user", strings.Replace(endpoint, "https://", "https://evil.example@", 1), client, false, false},
		{"a port", strings.Replace(endpoint, ".com/", ".com:8443/", 1), client, false, false},
		{"a query", endpoint + "?x=1", client, false, false},
		{"an empty query", endpoint + "?", client, false, false},
		{"a fragment", endpoint + "#x", client, false, false},
		{"an empty fragment", endpoint + "#", client, false, false},
		{"a deeper path", endpoint + "/@connections/x", client, false, false},
		{"a path upwards", endpoint + "/..", client, false, false},
		{"an escaped path", strings.Replace(endpoint, "/dev", "/d%65v", 1), client, false, false},
		{"no stage", strings.TrimSuffix(endpoint, "/dev"), client, false, false},
		{"a slash at its end", endpoint + "/", client, false, false},
		{"an address of the network", "https://169.254.169.254/latest", client, false, false},
		{"not a URL", "https://%zz", client, false, false},
		{"an empty one", "", client, false, false},
		{"the word for none", "https://none/dev", client, false, false},
		{"no connection", endpoint, "", false, false},
		{"a connection that is a path", endpoint, "../x", false, false},
		{"a connection with a line break", endpoint, "x\r\ny", false, false},
		{"a connection that is too long", endpoint, strings.Repeat("x", 129), false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for p, want := range map[*connection.Poster]bool{with: tt.with, without: tt.without, unset: tt.without} {
				err := p.Check(tt.endpoint, tt.id)
				if (err == nil) != want || (err != nil && !errors.Is(err, connection.ErrEndpoint)) {
					t.Errorf("%v, want %v", err, want)
				}
				if want {
					continue
				}
				// With a client that is nil, sending would panic.
				if err := p.Post(context.Background(), tt.endpoint, tt.id, nil); !errors.Is(err, connection.ErrEndpoint) {
					t.Errorf("posted: %v", err)
				}
			}
		})
	}
}

// The SDK's client, against a server that answers as API Gateway does.
func TestPost(t *testing.T) {
	tests := []struct {
		name    string
		answers []string // status and error type; the last one stays
		message int      // bytes
		calls   int32
		ok      bool
		is      error
		kind    fault.Kind
	}{
		{"it arrives", []string{"200"}, 5, 1, true, nil, fault.None},
		{"the largest", []string{"200"}, connection.MaxMessage, 1, true, nil, fault.None},
		{"too large", []string{"200"}, connection.MaxMessage + 1, 0, false, connection.ErrTooLarge, fault.None},
		{"gone", []string{"410 GoneException"}, 5, 1, false, connection.ErrGone, fault.None},
		{"throttled for a moment", []string{"429 LimitExceededException", "200"}, 5, 2, true, nil, fault.None},
		{"throttled", []string{"429 LimitExceededException"}, 5, 3, false, nil, fault.Throttled},
		{"trouble", []string{"500 InternalServerError"}, 5, 3, false, nil, fault.Unavailable},
		{"refused", []string{"403 ForbiddenException"}, 5, 1, false, nil, fault.Refused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var calls atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if len(body) != tt.message || r.URL.Path != "/dev/@connections/"+client || r.Method != http.MethodPost || r.Header.Get("Authorization") == "" {
					t.Errorf("%s %s, %d bytes", r.Method, r.URL.Path, len(body))
				}
				status, kind, _ := strings.Cut(tt.answers[min(int(calls.Add(1)), len(tt.answers))-1], " ")
				w.Header().Set("X-Amzn-Errortype", kind)
				w.WriteHeader(map[string]int{"200": 200, "410": 410, "429": 429, "500": 500, "403": 403}[status])
			}))
			defer server.Close()
			cfg := aws.Config{Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "example", "")}
			made := 0
			p := connection.New("eu-central-1", connection.NoDomain, func(at string) connection.API {
				if made++; at != endpoint {
					t.Errorf("a client of %s", at)
				}
				return connection.AWS(cfg)(server.URL + "/dev")
			})
			err := p.Post(context.Background(), endpoint, client, make([]byte, tt.message))
			if (err == nil) != tt.ok || (tt.is != nil && !errors.Is(err, tt.is)) || fault.Of(err) != tt.kind || calls.Load() != tt.calls {
				t.Errorf("%v (%v) after %d calls", err, fault.Of(err), calls.Load())
			}
			_ = p.Post(context.Background(), endpoint, client, make([]byte, tt.message))
			if made > 1 {
				t.Errorf("%d clients of one endpoint", made)
			}
		})
	}
}

func TestClientsAreBounded(t *testing.T) {
	made := 0
	p := connection.New("eu-central-1", connection.NoDomain, func(string) connection.API { made++; return deaf{} })
	for range 2 {
		for n := range 40 {
			if err := p.Post(context.Background(), endpoint+strings.Repeat("x", n), client, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if made != 80 {
		t.Errorf("%d clients", made)
	}
}

type deaf struct{ connection.API }

func (deaf) PostToConnection(context.Context, *apigatewaymanagementapi.PostToConnectionInput, ...func(*apigatewaymanagementapi.Options)) (*apigatewaymanagementapi.PostToConnectionOutput, error) {
	return &apigatewaymanagementapi.PostToConnectionOutput{}, nil
}
