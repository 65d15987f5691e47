package idtoken

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/flowops/flowops/contract"
)

const (
	// MaxLength of a token in bytes. API Gateway takes 10,240 bytes of headers in
	// all ("Amazon API Gateway quotas"); Cognito's ID tokens have one or two
	// thousand.
	MaxLength = 8192
	// leeway for clocks that differ.
	leeway = 10 * time.Second
	// maxLifetime of an ID token: a client can't be set to more than a day
	// (Cognito API reference, IdTokenValidity).
	maxLifetime = 24 * time.Hour
	// tokenUse is the "token_use" of an ID token.
	tokenUse = "id"
)

// subject is what a "sub" looks like. Cognito's are UUIDs; it becomes part of
// keys, in which it must not be able to end one.
var subject = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// Identity is whom a verified token speaks of.
type Identity struct {
	Tenant  string          // a valid tenant id
	Subject string          // the person's id in the pool
	Groups  []contract.Role // known ones, in the order of contract.Roles
	Expiry  time.Time       // of the token, UTC
}

// KeySource has the public key of a key id. It fails with UnknownKey, or with
// an error that wraps ErrUnavailable.
type KeySource interface {
	Key(ctx context.Context, id string) (any, error)
}

// Verifier verifies ID tokens of one client of one user pool. It may be used
// concurrently.
type Verifier struct {
	Issuer   string
	ClientID string
	// Allowed are the groups of which a person must be in one.
	Allowed []contract.Role
	Keys    KeySource
	Now     func() time.Time
}

// claims are those that are looked at. A claim of another type than here is an
// error, and so is a claim that stands twice.
type claims struct {
	jwt.Claims
	TokenUse string   `json:"token_use"`
	Tenant   string   `json:"custom:tenant_id"`
	Groups   []string `json:"cognito:groups"`
}

// Verify returns whom token speaks of. Its error is a Refusal, or wraps
// ErrUnavailable, or is ctx's.
func (v Verifier) Verify(ctx context.Context, token string) (Identity, error) {
	if token == "" || len(token) > MaxLength {
		return Identity{}, Malformed
	}
	// Naming the one algorithm here is what keeps "none", and HMAC keyed with the
	// public key, out. Keys that a token brings along (jwk, jku, x5c) are never used.
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		var unexpected *jose.ErrUnexpectedSignatureAlgorithm
		if errors.As(err, &unexpected) {
			return Identity{}, BadAlgorithm
		}
		return Identity{}, Malformed
	}
	if len(parsed.Headers) != 1 || parsed.Headers[0].KeyID == "" {
		return Identity{}, UnknownKey
	}
	key, err := v.Keys.Key(ctx, parsed.Headers[0].KeyID)
	if err != nil {
		return Identity{}, err
	}
	var c claims
	if err := parsed.Claims(key, &c); err != nil {
		if errors.Is(err, jose.ErrCryptoFailure) {
			return Identity{}, BadSignature
		}
		return Identity{}, Malformed
	}
	return v.identity(c)
}

// identity checks verified claims. Expiry comes last, so that Expired means a
// token that was good.
func (v Verifier) identity(c claims) (Identity, error) {
	switch {
	case c.Issuer != v.Issuer:
		return Identity{}, BadIssuer
	case len(c.Audience) != 1 || c.Audience[0] != v.ClientID:
		return Identity{}, BadAudience
	case c.TokenUse != tokenUse:
		return Identity{}, BadUse
	case !subject.MatchString(c.Subject):
		return Identity{}, BadSubject
	case !contract.ValidTenantID(c.Tenant):
		return Identity{}, BadTenant
	}
	groups := roles(c.Groups)
	if !slices.ContainsFunc(v.Allowed, func(r contract.Role) bool { return slices.Contains(groups, r) }) {
		return Identity{}, NotAuthorized
	}
	if err := v.checkTime(c.Claims); err != nil {
		return Identity{}, err
	}
	return Identity{Tenant: c.Tenant, Subject: c.Subject, Groups: groups, Expiry: c.Expiry.Time().UTC()}, nil
}

func (v Verifier) checkTime(c jwt.Claims) error {
	if c.Expiry == nil || c.IssuedAt == nil || c.Expiry.Time().Sub(c.IssuedAt.Time()) > maxLifetime {
		return BadTime
	}
	err := c.ValidateWithLeeway(jwt.Expected{Time: v.Now()}, leeway)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jwt.ErrExpired):
		return Expired
	case errors.Is(err, jwt.ErrNotValidYet):
		return NotYetValid
	default:
		return BadTime
	}
}

// roles are those of the groups that mean something here.
func roles(groups []string) []contract.Role {
	var known []contract.Role
	for _, r := range contract.Roles {
		if slices.Contains(groups, string(r)) {
			known = append(known, r)
		}
	}
	return known
}
