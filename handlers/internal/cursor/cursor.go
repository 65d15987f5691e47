// Package cursor makes and reads the cursors of paged lists. A cursor is where
// a list goes on, and a code of the session key over it, the tenant and the
// query: whoever changes one, or takes it to another tenant or another list,
// has none.
package cursor

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/flowops/flowops/contract"
)

// Limits of a cursor.
const (
	// MaxLength is the longest cursor that is read, in characters: what it signs
	// stays below the 4,096 bytes that KMS makes a code of (GenerateMac).
	MaxLength = 3000
	// Lifetime is how long a cursor is good for.
	Lifetime = 24 * time.Hour
	// codeBytes is the length of an HMAC_SHA_256 code.
	codeBytes = 32
)

// KMS makes and checks codes.
type KMS interface {
	GenerateMac(context.Context, *kms.GenerateMacInput, ...func(*kms.Options)) (*kms.GenerateMacOutput, error)
	VerifyMac(context.Context, *kms.VerifyMacInput, ...func(*kms.Options)) (*kms.VerifyMacOutput, error)
}

// Position is where a list goes on: the last item's keys, by attribute.
type Position map[string]string

// List is what a cursor is bound to. The tenant is the identity's.
type List struct {
	Tenant string
	Query  string // route and filters, without limit
}

// Errors of a cursor that is refused.
var (
	ErrMalformed = errors.New("the cursor is malformed")
	ErrExpired   = errors.New("the cursor has expired")
	// ErrForged is the error of a cursor whose code is wrong: a security event.
	ErrForged = errors.New("the cursor is not one of this list")
)

// Codec makes and reads cursors. It is safe for concurrent use.
type Codec struct {
	KMS   KMS
	KeyID string // HMAC key
	Now   func() time.Time
}

// payload is the part of a cursor that its code is over.
type payload struct {
	Position Position `json:"p"`
	Expires  int64    `json:"e"` // Unix seconds
}

// Encode returns the cursor of a position in a list. An empty position is the
// end: it has the empty cursor.
func (c Codec) Encode(ctx context.Context, list List, position Position) (string, error) {
	if len(position) == 0 {
		return "", nil
	}
	text, err := json.Marshal(payload{position, c.Now().Add(Lifetime).Unix()})
	if err != nil {
		return "", fmt.Errorf("write cursor: %w", err)
	}
	out, err := c.KMS.GenerateMac(ctx, &kms.GenerateMacInput{
		KeyId: aws.String(c.KeyID), MacAlgorithm: types.MacAlgorithmSpecHmacSha256, Message: message(list, text),
	})
	if err != nil {
		return "", fmt.Errorf("sign cursor: %w", err)
	}
	if len(out.Mac) != codeBytes {
		return "", fmt.Errorf("sign cursor: the code has %d bytes", len(out.Mac))
	}
	cursor := base64.RawURLEncoding.EncodeToString(slices.Concat(out.Mac, text))
	if len(cursor) > MaxLength {
		return "", fmt.Errorf("write cursor: it has %d characters, more than %d", len(cursor), MaxLength)
	}
	return cursor, nil
}

// Decode returns the position of a cursor of this list. Its errors are
// ErrMalformed, ErrExpired, ErrForged, and those of KMS.
func (c Codec) Decode(ctx context.Context, list List, cursor string) (Position, error) {
	code, text, err := split(cursor)
	if err != nil {
		return nil, err
	}
	out, err := c.KMS.VerifyMac(ctx, &kms.VerifyMacInput{
		KeyId: aws.String(c.KeyID), MacAlgorithm: types.MacAlgorithmSpecHmacSha256, Message: message(list, text), Mac: code,
	})
	var invalid *types.KMSInvalidMacException
	switch {
	case errors.As(err, &invalid):
		return nil, ErrForged
	case err != nil:
		return nil, fmt.Errorf("check cursor: %w", err)
	case !out.MacValid:
		return nil, ErrForged
	}
	var p payload // it is our own text from here on
	if err := json.Unmarshal(text, &p); err != nil || len(p.Position) == 0 {
		return nil, ErrMalformed
	}
	if !c.Now().Before(time.Unix(p.Expires, 0)) {
		return nil, ErrExpired
	}
	return p.Position, nil
}

func split(cursor string) (code, text []byte, err error) {
	if len(cursor) > MaxLength || strings.ContainsAny(cursor, "\r\n") { // which base64 overlooks
		return nil, nil, ErrMalformed
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) <= codeBytes {
		return nil, nil, ErrMalformed
	}
	return raw[:codeBytes], raw[codeBytes:], nil
}

// message is what the code is over. Each part is told apart by its length, so
// that no two lists have the same.
func message(list List, text []byte) []byte {
	m := append([]byte(contract.CodeCursor), 0)
	for _, part := range []string{list.Tenant, list.Query} {
		m = binary.BigEndian.AppendUint32(m, uint32(len(part)))
		m = append(m, part...)
	}
	return append(m, text...)
}
