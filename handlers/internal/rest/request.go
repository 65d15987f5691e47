package rest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/problem"
	"github.com/flowops/flowops/handlers/internal/schema"
	"github.com/flowops/flowops/handlers/internal/store"
)

// MaxBody is the longest body, in bytes.
const MaxBody = contract.MaxBody

var keyPattern = regexp.MustCompile(contract.IdempotencyKeyPattern)

// read takes query, headers and body of an event into r.
func (r *Request) read(event events.APIGatewayProxyRequest, m *schema.Schema) error {
	wrong := r.readQuery(event)
	if r.Route.Idempotent {
		wrong = append(wrong, r.readKey(event)...)
	}
	if len(wrong) > 0 {
		return &Error{Status: http.StatusBadRequest, Detail: "The request is not valid.", Fields: wrong}
	}
	if m == nil {
		return nil
	}
	return r.readBody(event, m)
}

func (r *Request) readQuery(event events.APIGatewayProxyRequest) (wrong []problem.Field) {
	r.Query, r.Limit = map[string]string{}, contract.DefaultLimit
	for _, name := range names(event) {
		field := "query." + name
		if !slices.Contains(r.Route.Query, name) {
			wrong = append(wrong, problem.Field{Field: "query", Detail: "has a parameter that this route does not take"})
			continue
		}
		value := event.QueryStringParameters[name]
		if len(event.MultiValueQueryStringParameters[name]) > 1 {
			wrong = append(wrong, problem.Field{Field: field, Detail: "stands more than once"})
			continue
		}
		switch name {
		case "limit":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > contract.MaxLimit {
				wrong = append(wrong, problem.Field{Field: field, Detail: "must be a number from 1 to " + strconv.Itoa(contract.MaxLimit)})
				continue
			}
			r.Limit = n
		case "cursor":
			r.Cursor = value
		default:
			if known := r.Route.Values[name]; known != nil && !slices.Contains(known, value) {
				wrong = append(wrong, problem.Field{Field: field, Detail: "must be one of " + strings.Join(known, ", ")})
				continue
			}
			if value == "" || len(value) > contract.MaxParameter {
				wrong = append(wrong, problem.Field{Field: field, Detail: "must have 1 to " + strconv.Itoa(contract.MaxParameter) + " bytes"})
				continue
			}
			r.Query[name] = value
		}
	}
	return wrong
}

// names are the query parameters of an event, in order.
func names(event events.APIGatewayProxyRequest) []string {
	var all []string
	for name := range event.QueryStringParameters {
		all = append(all, name)
	}
	for name := range event.MultiValueQueryStringParameters {
		if _, ok := event.QueryStringParameters[name]; !ok {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

func (r *Request) readKey(event events.APIGatewayProxyRequest) []problem.Field {
	values := header(event, contract.HeaderIdempotencyKey)
	if len(values) == 0 {
		return nil
	}
	if len(values) > 1 || !keyPattern.MatchString(values[0]) {
		return []problem.Field{{Field: "header." + contract.HeaderIdempotencyKey, Detail: "must stand once and have 1 to 255 printable ASCII characters"}}
	}
	r.Write = store.Request{Key: values[0], Subject: r.Identity.Subject()}
	return nil
}

func (r *Request) readBody(event events.APIGatewayProxyRequest, m *schema.Schema) error {
	if len(event.Body) > MaxBody*4/3+4 { // base64
		return tooLarge()
	}
	types := header(event, "Content-Type")
	if len(types) != 1 {
		return unsupported()
	}
	media, _, err := mime.ParseMediaType(types[0])
	if err != nil || media != "application/json" {
		return unsupported()
	}
	body := []byte(event.Body)
	if event.IsBase64Encoded {
		if body, err = base64.StdEncoding.DecodeString(event.Body); err != nil {
			return Invalid("body", "is not base64")
		}
	}
	if len(body) > MaxBody {
		return tooLarge()
	}
	if !utf8.Valid(body) {
		return Invalid("body", "is not UTF-8")
	}
	if wrong := m.Check(body); len(wrong) > 0 {
		return &Error{Status: http.StatusBadRequest, Detail: "The request's body is not valid.", Fields: wrong}
	}
	r.Body = body
	r.Write.What = r.what()
	return nil
}

// what is the request as an idempotency key stands for it: method, path and
// body, white space aside.
func (r *Request) what() string {
	var body bytes.Buffer
	_ = json.Compact(&body, r.Body) // the model's check read it as JSON
	path := r.Route.Path
	for name, value := range r.Params {
		path = strings.ReplaceAll(path, "{"+name+"}", "{"+value+"}")
	}
	return r.Route.Method + " " + path + "\n" + body.String()
}

// header are the distinct values of a header, whatever the case of its name.
func header(event events.APIGatewayProxyRequest, name string) []string {
	var values []string
	for n, v := range event.Headers {
		if strings.EqualFold(n, name) {
			values = append(values, v)
		}
	}
	for n, vs := range event.MultiValueHeaders {
		if strings.EqualFold(n, name) {
			values = append(values, vs...)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

func tooLarge() error {
	return &Error{Status: http.StatusRequestEntityTooLarge, Detail: "The body has more than " + strconv.Itoa(MaxBody) + " bytes."}
}

func unsupported() error {
	return &Error{Status: http.StatusUnsupportedMediaType, Detail: "The body must be application/json."}
}
