package contract

// APIVersion is the version of the REST API: a change that breaks clients raises
// its first number.
const APIVersion = "1.1.0"

// Header names.
const (
	HeaderIdempotencyKey = "Idempotency-Key"
	HeaderAPIKey         = "X-Api-Key"
	HeaderRequestID      = "X-Request-Id" // of every answer; support finds it in the logs
)

// MediaTypeProblem is the media type of every error (RFC 9457).
const MediaTypeProblem = "application/problem+json"

// Limits of a request.
const (
	// MaxBody is the longest body, in bytes. The longest that a model allows is a
	// ticket's 10,000 characters, of at most 12 bytes each where JSON escapes them
	// as pairs.
	MaxBody      = 160 << 10
	MaxParameter = 64 // bytes of a query parameter that is not of a page
	DefaultLimit = 20 // items of a page
	MaxLimit     = 100
	// IdempotencyKeyPattern is an idempotency key: any header value without control
	// characters, of a length that a client has reason for.
	IdempotencyKeyPattern = `^[\x20-\x7e]{1,255}$`
)
