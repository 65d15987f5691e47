package openapi

// Document is an OpenAPI 3.1 document, as far as this API needs one
// (https://spec.openapis.org/oas/v3.1.1.html).
type Document struct {
	OpenAPI    string          `json:"openapi"`
	Info       Info            `json:"info"`
	Servers    []Server        `json:"servers"`
	Tags       []Tag           `json:"tags"`
	Paths      map[string]Path `json:"paths"`
	Components Components      `json:"components"`
}

// Info says what the API is.
type Info struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Version     string `json:"version"`
}

// Server is where the API is called.
type Server struct {
	URL         string              `json:"url"`
	Description string              `json:"description"`
	Variables   map[string]Variable `json:"variables"`
}

// Variable is a variable of a Server's URL.
type Variable struct {
	Default     string `json:"default"`
	Description string `json:"description"`
}

// Tag is a group of operations.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Path holds a path's operations by method, in lower case.
type Path map[string]Operation

// Operation is a method of a path.
type Operation struct {
	OperationID string                `json:"operationId"`
	Summary     string                `json:"summary"`
	Description string                `json:"description"`
	Tags        []string              `json:"tags"`
	Roles       []string              `json:"x-roles"`
	Security    []map[string][]string `json:"security"`
	Parameters  []any                 `json:"parameters,omitempty"` // Parameter or Reference
	RequestBody *RequestBody          `json:"requestBody,omitempty"`
	Responses   map[string]any        `json:"responses"` // by status: Response or Reference
}

// Reference refers to a component.
type Reference struct {
	Ref string `json:"$ref"`
}

// Parameter is a parameter of a path or a query, or a request header.
type Parameter struct {
	Name        string         `json:"name"`
	In          string         `json:"in"`
	Description string         `json:"description"`
	Required    bool           `json:"required,omitempty"`
	Schema      map[string]any `json:"schema"`
}

// RequestBody is what an operation takes.
type RequestBody struct {
	Required bool             `json:"required"`
	Content  map[string]Media `json:"content"`
}

// Media is content of one media type.
type Media struct {
	Schema  Reference `json:"schema"`
	Example any       `json:"example,omitempty"`
}

// Response is an answer.
type Response struct {
	Description string           `json:"description"`
	Headers     map[string]any   `json:"headers,omitempty"` // Header or Reference
	Content     map[string]Media `json:"content,omitempty"`
}

// Header is a header of a Response.
type Header struct {
	Description string         `json:"description"`
	Schema      map[string]any `json:"schema"`
}

// SecurityScheme is how callers are known.
type SecurityScheme struct {
	Type         string `json:"type"`
	Description  string `json:"description"`
	Scheme       string `json:"scheme,omitempty"`
	BearerFormat string `json:"bearerFormat,omitempty"`
	In           string `json:"in,omitempty"`
	Name         string `json:"name,omitempty"`
}

// Components are what operations share.
type Components struct {
	Schemas         map[string]any            `json:"schemas"`
	Responses       map[string]Response       `json:"responses"`
	Parameters      map[string]Parameter      `json:"parameters"`
	Headers         map[string]Header         `json:"headers"`
	SecuritySchemes map[string]SecurityScheme `json:"securitySchemes"`
}

func refer(kind, name string) Reference { return Reference{"#/components/" + kind + "/" + name} }
