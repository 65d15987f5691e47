package contract

import (
	"fmt"
	"slices"
	"strings"
)

// Answer is what a route answers where it does what it is asked.
type Answer struct {
	Status   int
	Body     any  // a value of the body's type; nil for no body
	Location bool // whether the header Location says where the item is
}

func ok(body any) []Answer { return []Answer{{Status: 200, Body: body}} }

func made(body any) []Answer { return []Answer{{Status: 201, Body: body, Location: true}} }

// Check tells what keeps a route from being served and described.
func (r Route) Check() error {
	at := r.Method + " " + r.Path
	if r.Name == "" || r.Summary == "" {
		return fmt.Errorf("%s does not say what it is", at)
	}
	if len(r.Answers) == 0 {
		return fmt.Errorf("%s has no answer", at)
	}
	seen := map[int]bool{}
	for _, a := range r.Answers {
		if a.Status < 200 || a.Status > 299 || seen[a.Status] || (a.Body == nil) != (a.Status == 204) {
			return fmt.Errorf("%s can't answer %d with %T, or not twice", at, a.Status, a.Body)
		}
		seen[a.Status] = true
	}
	return nil
}

// Errors are the statuses of the errors that a caller of the route can get, in
// order: of API Gateway, of what every function checks, and of this route alone.
func (r Route) Errors() []int {
	all := append([]int{400, 401, 403, 429, 500, 502, 503, 504}, r.Problems...)
	if strings.Contains(r.Path, "{") {
		all = append(all, 404)
	}
	if r.Body != "" {
		all = append(all, 413, 415)
	}
	if r.Idempotent {
		all = append(all, 422)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Page is a page of a list.
type Page[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor,omitempty"` // where the next page begins; empty at the list's end
}

// Conversation is a conversation by its newest message.
type Conversation struct {
	ConversationID string `json:"conversationId" dynamodbav:"conversationId"`
	TicketID       string `json:"ticketId,omitempty" dynamodbav:"ticketId,omitempty"`
	LastMessageAt  string `json:"lastMessageAt" dynamodbav:"timestamp"` // RFC 3339, UTC, with milliseconds
}

// Transcript is a conversation with a page of its messages, the oldest first.
type Transcript struct {
	ConversationID string    `json:"conversationId"`
	Messages       []Message `json:"messages"`
	NextCursor     string    `json:"nextCursor,omitempty"` // where the next page begins; empty at the conversation's end
}

// NewDocument is a document that was announced, and where to put its content.
type NewDocument struct {
	Document Document `json:"document"`
	Upload   Transfer `json:"upload"`
}

// FullDocument is a document with its history.
type FullDocument struct {
	Document
	Versions []Document `json:"versions"`           // the newest first
	Download *Transfer  `json:"download,omitempty"` // of its content; absent where nothing was uploaded
}

// Transfer is a request that the client sends to S3 itself, exactly so.
type Transfer struct {
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	ExpiresAt string            `json:"expiresAt"` // until then it may begin; RFC 3339, UTC, with milliseconds
}
