package idtoken

import (
	"fmt"
	"regexp"
)

// Pool is a Cognito user pool, as its tokens name it.
type Pool struct {
	Issuer  string // the "iss" claim
	KeysURL string // of the pool's JSON Web Key Set
}

var poolID = regexp.MustCompile(`^([a-z]{2}(?:-[a-z]+)+-[0-9])_[A-Za-z0-9]{1,46}$`)

// PoolOf is the pool with this id. A pool id begins with the pool's region; it
// has 55 characters at most (Cognito API reference, UserPoolType).
func PoolOf(id string) (Pool, error) {
	m := poolID.FindStringSubmatch(id)
	if m == nil || len(id) > 55 {
		return Pool{}, fmt.Errorf("%q is no user pool id, such as us-east-1_AbCdEfGhI", id)
	}
	issuer := "https://cognito-idp." + m[1] + ".amazonaws.com/" + id
	return Pool{Issuer: issuer, KeysURL: issuer + "/.well-known/jwks.json"}, nil
}
