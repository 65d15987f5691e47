package main

import (
	"net/textproto"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/idtoken"
)

// headerProtocols is the header of the subprotocols that a client offers (RFC
// 6455, section 11.3.4), in Go's spelling.
const headerProtocols = "Sec-Websocket-Protocol"

// errNoToken refuses a handshake that offers anything but the protocol and,
// after it, one token.
const errNoToken idtoken.Refusal = "no token offered"

// offeredToken is the token that a client offers as its second subprotocol.
func offeredToken(event events.APIGatewayCustomAuthorizerRequestTypeRequest) (string, error) {
	lines, err := protocolLines(event)
	if err != nil {
		return "", err
	}
	return parseProtocols(lines)
}

// protocolLines are the values of the header. API Gateway gives the last one in
// headers and all in multiValueHeaders, under the name as the client spelled it.
func protocolLines(event events.APIGatewayCustomAuthorizerRequestTypeRequest) ([]string, error) {
	var found [][]string
	for name, values := range event.MultiValueHeaders {
		if textproto.CanonicalMIMEHeaderKey(name) == headerProtocols {
			found = append(found, values)
		}
	}
	if len(found) == 0 {
		for name, value := range event.Headers {
			if textproto.CanonicalMIMEHeaderKey(name) == headerProtocols {
				found = append(found, []string{value})
			}
		}
	}
	if len(found) != 1 { // two spellings: which comes first can't be told
		return nil, errNoToken
	}
	return found[0], nil
}

// parseProtocols reads the header's lines, which are one list (RFC 9110,
// section 5.3): exactly the protocol and a compact JWS.
func parseProtocols(lines []string) (string, error) {
	length := 0
	for _, line := range lines {
		length += len(line)
	}
	if length > idtoken.MaxLength+len(contract.WebSocketProtocol)+64 {
		return "", idtoken.Malformed
	}
	offers := strings.Split(strings.Join(lines, ","), ",")
	if len(offers) != 2 || strings.Trim(offers[0], " \t") != contract.WebSocketProtocol {
		return "", errNoToken
	}
	token := strings.Trim(offers[1], " \t")
	if !compactJWS(token) {
		return "", idtoken.Malformed
	}
	return token, nil
}

// compactJWS reports whether s has the shape of one: three parts in base64url.
func compactJWS(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) != 3 || len(s) > idtoken.MaxLength {
		return false
	}
	for _, part := range parts {
		if part == "" || strings.ContainsFunc(part, notBase64URL) {
			return false
		}
	}
	return true
}

func notBase64URL(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}
