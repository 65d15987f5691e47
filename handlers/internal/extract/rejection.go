package extract

import (
	"context"
	"errors"
	"fmt"
)

// Reason is why a document is not learned.
type Reason string

// The reasons.
const (
	Empty       Reason = "empty"
	TooLarge    Reason = "too-large"
	Unsupported Reason = "unsupported"
	Mismatch    Reason = "mismatch"
	Encrypted   Reason = "encrypted"
	Broken      Reason = "broken"
	NoText      Reason = "no-text"
	TooComplex  Reason = "too-complex"
)

// sentences say a reason to people. They quote nothing of the document.
var sentences = map[Reason]string{
	Empty:       "The document is empty.",
	TooLarge:    "The document is larger than the platform takes.",
	Unsupported: "The document is of a type that the platform does not learn: it takes plain text, Markdown, HTML, PDF and Word (.docx).",
	Mismatch:    "The document's content is not of the type that it was declared as.",
	Encrypted:   "The document is encrypted: upload it without a password.",
	Broken:      "The document is damaged and can't be read.",
	NoText:      "The document holds no text that can be read. A scan has to go through text recognition first.",
	TooComplex:  "The document unpacks to more, or is nested deeper, than the platform takes.",
}

// Rejection is the error of a document that can't be learned, however often it
// is tried.
type Rejection struct {
	Reason Reason
	cause  error
}

// Error names the reason and leaves the cause out, which may quote the document.
func (r *Rejection) Error() string { return "document rejected: " + string(r.Reason) }

// Sentence is the reason as people are told it.
func (r *Rejection) Sentence() string { return sentences[r.Reason] }

// Unwrap returns the cause, or nil.
func (r *Rejection) Unwrap() error { return r.cause }

func reject(reason Reason, cause error) error { return &Rejection{reason, cause} }

// broken rejects what a parser couldn't read, unless it says better itself why.
func broken(err error) error {
	var known *Rejection
	if errors.As(err, &known) {
		return err
	}
	return reject(Broken, err)
}

// ended is the error of a context that ended, err being its own.
func ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return fmt.Errorf("extract text: %w", err)
}
