package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/idtoken"
)

func TestParseProtocols(t *testing.T) {
	long := strings.Repeat("a", idtoken.MaxLength-4) + ".b.c"
	tests := []struct {
		name  string
		lines []string
		token string // none means refused
		err   error
	}{
		{"as a browser writes it", []string{"flowops, a.b.c"}, "a.b.c", nil},
		{"without a space", []string{"flowops,a.b.c"}, "a.b.c", nil},
		{"with more of it", []string{"\tflowops \t,\t a.b.c  "}, "a.b.c", nil},
		{"on two lines", []string{"flowops", "a.b.c"}, "a.b.c", nil},
		{"all of the alphabet", []string{"flowops, AZaz09-_.b.c"}, "AZaz09-_.b.c", nil},
		{"as long as may be", []string{"flowops, " + long}, long, nil},
		{"a byte longer", []string{"flowops, a" + long}, "", idtoken.Malformed},
		{"much longer", []string{"flowops, " + strings.Repeat("a.", 1<<20)}, "", idtoken.Malformed},
		{"nothing", nil, "", errNoToken},
		{"an empty line", []string{""}, "", errNoToken},
		{"the protocol alone", []string{"flowops"}, "", errNoToken},
		{"the protocol and nothing", []string{"flowops,"}, "", idtoken.Malformed},
		{"the token alone", []string{"a.b.c"}, "", errNoToken},
		{"the token first", []string{"a.b.c, flowops"}, "", errNoToken},
		{"another protocol", []string{"graphql-ws, a.b.c"}, "", errNoToken},
		{"the protocol in capitals", []string{"FlowOps, a.b.c"}, "", errNoToken},
		{"two tokens", []string{"flowops, a.b.c, d.e.f"}, "", errNoToken},
		{"two tokens on two lines", []string{"flowops, a.b.c", "d.e.f"}, "", errNoToken},
		{"a scheme", []string{"flowops, Bearer a.b.c"}, "", idtoken.Malformed},
		{"two parts", []string{"flowops, a.b"}, "", idtoken.Malformed},
		{"four parts", []string{"flowops, a.b.c.d"}, "", idtoken.Malformed},
		{"an empty part", []string{"flowops, a..c"}, "", idtoken.Malformed},
		{"no signature", []string{"flowops, a.b."}, "", idtoken.Malformed},
		{"padding", []string{"flowops, a=.b.c"}, "", idtoken.Malformed},
		{"base64 that is not for URLs", []string{"flowops, a+.b.c"}, "", idtoken.Malformed},
		{"quotes", []string{`flowops, "a.b.c"`}, "", idtoken.Malformed},
		{"a line end", []string{"flowops, a.b.c\r\n"}, "", idtoken.Malformed},
		{"other letters", []string{"flowops, ä.b.c"}, "", idtoken.Malformed},
		{"a zero byte", []string{"flowops, a.b.c\x00"}, "", idtoken.Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token, err := parseProtocols(tt.lines)
			if token != tt.token || !errors.Is(err, tt.err) {
				t.Errorf("got %.40q, %v", token, err)
			}
		})
	}
}

func TestProtocolLines(t *testing.T) {
	many := func(name string, lines ...string) map[string][]string { return map[string][]string{name: lines} }
	tests := []struct {
		name  string
		event request
		want  string // lines, joined with "|"; none means refused
	}{
		{"all lines, in their order", request{MultiValueHeaders: many("Sec-WebSocket-Protocol", "a", "b"), Headers: map[string]string{"Sec-WebSocket-Protocol": "b"}}, "a|b"},
		{"in small letters", request{MultiValueHeaders: many("sec-websocket-protocol", "a")}, "a"},
		{"single values only", request{Headers: map[string]string{"SEC-WEBSOCKET-PROTOCOL": "a"}}, "a"},
		{"other headers", request{MultiValueHeaders: many("Sec-WebSocket-Protocols", "a"), Headers: map[string]string{"Authorization": "a"}}, ""},
		{"two spellings", request{Headers: map[string]string{"Sec-WebSocket-Protocol": "a", "sec-websocket-protocol": "a"}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines, err := protocolLines(tt.event)
			if strings.Join(lines, "|") != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("got %q, %v", lines, err)
			}
		})
	}
}

// FuzzParseProtocols checks what the parser promises of a token, and that the
// same token in the plainest header gives it again.
func FuzzParseProtocols(f *testing.F) {
	for _, seed := range []string{"", "flowops", "flowops, a.b.c", "flowops,a.b.c,", ",,", "flowops, a.b.c\x00", "flowops\t, \ta.b.c"} {
		f.Add(seed, "")
		f.Add("flowops", seed)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		lines := []string{first}
		if second != "" {
			lines = append(lines, second)
		}
		token, err := parseProtocols(lines)
		if err != nil {
			var refusal idtoken.Refusal
			if token != "" || !errors.As(err, &refusal) {
				t.Errorf("got %q, %v", token, err)
			}
			return
		}
		if strings.Count(token, ".") != 2 || len(token) > idtoken.MaxLength || strings.ContainsAny(token, " ,\t\r\n=+/\x00") {
			t.Errorf("token is %q", token)
		}
		if again, err := parseProtocols([]string{contract.WebSocketProtocol + ", " + token}); again != token || err != nil {
			t.Errorf("again: %q, %v", again, err)
		}
	})
}
