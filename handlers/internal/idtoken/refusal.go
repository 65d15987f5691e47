package idtoken

import "errors"

// Refusal is why a token is refused: a fixed word that may be logged. It holds
// nothing of the token.
type Refusal string

func (r Refusal) Error() string { return "token refused: " + string(r) }

// Why a token is refused.
const (
	Malformed     Refusal = "malformed"      // no compact JWS, or too long, or with claims of a wrong type
	BadAlgorithm  Refusal = "bad algorithm"  // anything but RS256
	UnknownKey    Refusal = "unknown key"    // no key of the pool
	BadSignature  Refusal = "bad signature"  //
	BadIssuer     Refusal = "bad issuer"     // of another pool
	BadAudience   Refusal = "bad audience"   // for another client
	BadUse        Refusal = "bad use"        // no ID token
	BadTime       Refusal = "bad time"       // lacks a time, is of the future, or lives too long
	NotYetValid   Refusal = "not yet valid"  //
	Expired       Refusal = "expired"        // and otherwise fine
	BadSubject    Refusal = "bad subject"    //
	BadTenant     Refusal = "bad tenant"     // has no tenant id, or none that can be one
	NotAuthorized Refusal = "not authorized" // is in none of the groups
)

// ErrUnavailable tells that there is no key to verify with and none could be
// fetched, so that it is not known whether the token is good.
var ErrUnavailable = errors.New("the keys of the user pool are not available")
