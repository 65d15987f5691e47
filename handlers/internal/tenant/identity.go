// Package tenant says whose request it is, and opens that tenant's data and no
// other's.
//
// The tenant comes from the verified token's claims, as API Gateway hands them
// on, and where nobody asks, from the key of the object that S3's event is about,
// or from the execution that erases the data of a tenant that goes; from nowhere
// else. An Identity is made from them alone; a Scope is made from an
// Identity alone; and what reads and writes tenant data takes a Scope.
package tenant

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
)

// Identity is who sends a request: a person of one tenant, or, without subject and
// roles, an event of that tenant. Its zero value is nobody's, and opens nothing.
type Identity struct {
	tenant  string
	subject string
	roles   []contract.Role
}

// Tenant is the tenant's id.
func (i Identity) Tenant() string { return i.tenant }

// Subject is the person's id in the user pool; it names nobody.
func (i Identity) Subject() string { return i.subject }

// HasRole reports whether the person is in one of the groups.
func (i Identity) HasRole(roles ...contract.Role) bool {
	return slices.ContainsFunc(i.roles, func(r contract.Role) bool { return slices.Contains(roles, r) })
}

// Reasons of a RefusedError, as the log has them.
const (
	ReasonMissing     = "no tenant"
	ReasonMalformed   = "malformed tenant"
	ReasonConflicting = "conflicting tenants"
	ReasonSubject     = "no subject"
	ReasonToken       = "not an ID token"
)

// ErrUnauthenticated is the error of a request without verified claims: API
// Gateway's authorizer did not let it pass. It is a 401.
var ErrUnauthenticated = fmt.Errorf("the request has no verified claims")

// RefusedError is the error of verified claims that name no tenant to work for.
// It is a 403 and a security event. It quotes nothing of the claims.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return "identity refused: " + e.Reason }

// subjectPattern is what Cognito's "sub" looks like, generously: an id that can
// stand in a key.
var subjectPattern = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// FromREST is the identity behind a REST request, by the claims that the
// Cognito authorizer verified. It returns ErrUnauthenticated or a
// *RefusedError.
func FromREST(request events.APIGatewayProxyRequestContext) (Identity, error) {
	claims, ok := request.Authorizer["claims"].(map[string]any)
	if !ok || len(claims) == 0 {
		return Identity{}, ErrUnauthenticated
	}
	if use, ok := claims["token_use"].(string); !ok || use != "id" {
		return Identity{}, &RefusedError{ReasonToken}
	}
	// A Lambda authorizer's context would stand beside the claims.
	return identity(claims[contract.SubjectClaim], claims[contract.GroupsClaim], claims[contract.TenantClaim], request.Authorizer[contract.AuthorizerTenant])
}

// FromWebSocket is the identity behind a WebSocket message, by the context that
// the WebSocket authorizer returned at $connect. It returns ErrUnauthenticated
// or a *RefusedError.
func FromWebSocket(request events.APIGatewayWebsocketProxyRequestContext) (Identity, error) {
	authorizer, ok := request.Authorizer.(map[string]any)
	if !ok || len(authorizer) == 0 {
		return Identity{}, ErrUnauthenticated
	}
	return identity(authorizer[contract.AuthorizerSubject], authorizer[contract.AuthorizerGroups], authorizer[contract.AuthorizerTenant], authorizer[contract.TenantClaim])
}

// identity reads the claims. tenant must be there; other may be, and then must
// say the same.
func identity(subject, groups, tenant, other any) (Identity, error) {
	if tenant == nil || tenant == "" {
		return Identity{}, &RefusedError{ReasonMissing}
	}
	id, ok := tenant.(string)
	if !ok || !contract.ValidTenantID(id) {
		return Identity{}, &RefusedError{ReasonMalformed}
	}
	if other != nil && other != any(id) {
		return Identity{}, &RefusedError{ReasonConflicting}
	}
	sub, ok := subject.(string)
	if !ok || !subjectPattern.MatchString(sub) {
		return Identity{}, &RefusedError{ReasonSubject}
	}
	return Identity{tenant: id, subject: sub, roles: roles(groups)}, nil
}

// roles are the known groups in a groups claim. API Gateway hands a token's
// list on as text: "admin,agent", or "[admin agent]".
func roles(claim any) []contract.Role {
	var names []string
	switch claim := claim.(type) {
	case string:
		names = strings.FieldsFunc(strings.TrimSuffix(strings.TrimPrefix(claim, "["), "]"), func(r rune) bool { return r == ',' || r == ' ' })
	case []any:
		for _, name := range claim {
			if s, ok := name.(string); ok {
				names = append(names, s)
			}
		}
	}
	var known []contract.Role
	for _, r := range contract.Roles {
		if slices.Contains(names, string(r)) {
			known = append(known, r)
		}
	}
	return known
}

// FromObject is the identity behind an uploaded object: nobody's but the
// tenant's, below whose prefix it lies. It returns a *RefusedError.
//
// The object's key comes from S3's own event, by way of the state machine, and
// nobody else may invoke the function that takes it: IAM lets only the state
// machine and the rule for deleted documents do that. Below a tenant's prefix only
// the tenant's own credentials write.
func FromObject(object contract.IngestedObject) (Identity, error) {
	switch {
	case object.TenantID == "":
		return Identity{}, &RefusedError{ReasonMissing}
	case !contract.ValidTenantID(object.TenantID):
		return Identity{}, &RefusedError{ReasonMalformed}
	}
	if prefix := contract.DocumentKey(object.TenantID, ""); len(object.Key) <= len(prefix) || !strings.HasPrefix(object.Key, prefix) {
		return Identity{}, &RefusedError{ReasonConflicting}
	}
	return Identity{tenant: object.TenantID}, nil
}
