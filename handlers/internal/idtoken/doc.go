// Package idtoken verifies the ID tokens that a Cognito user pool issues to
// one of its clients: signature, issuer, audience, use, time, and the claims
// that tell whose tenant and which groups.
//
// JWS, JWT and JWK are those of github.com/go-jose/go-jose/v4. It has no
// dependencies and so costs a cold start little, takes the allowed algorithms
// when it parses (none is a default), reads member names case-sensitively and
// refuses double ones, and is what Kubernetes and go-oidc verify with. Its
// users bring their own key cache; the ready-made ones of other libraries
// refresh in the background, which a frozen Lambda environment does not run,
// and keep keys without end when the pool can't be reached.
package idtoken
