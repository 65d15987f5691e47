// Package cors decides which web origins may read an answer.
package cors

import "strings"

// Origins are the web origins that may read an answer.
type Origins []string

// Parse reads comma-separated origins, as ALLOWED_ORIGINS holds them.
func Parse(value string) Origins {
	var origins Origins
	for _, origin := range strings.Split(value, ",") {
		if origin = strings.TrimSpace(origin); origin != "" {
			origins = append(origins, origin)
		}
	}
	return origins
}

// Headers are the response headers for a request with these headers: the
// request's origin where it is one of o, compared byte by byte, and always
// "Vary: Origin", because a cache must not give one origin's answer to another.
func (o Origins) Headers(request map[string]string) map[string]string {
	headers := map[string]string{"Vary": "Origin"}
	for name, value := range request {
		if !strings.EqualFold(name, "Origin") { // HTTP/2 clients send it in lower case
			continue
		}
		for _, origin := range o {
			if value == origin {
				headers["Access-Control-Allow-Origin"] = origin
			}
		}
	}
	return headers
}
