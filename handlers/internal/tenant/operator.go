package tenant

import (
	"slices"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
)

// More reasons of a RefusedError.
const (
	ReasonNoOperator     = "no operator"
	ReasonOperatorTenant = "an operator with a tenant"
)

// Operator is a person of FlowOps. Operators belong to no tenant: who is in the
// group and has a tenant's claim too is no Operator. Its zero value is nobody.
type Operator struct{ subject string }

// Subject is the person's id in the user pool; it names nobody.
func (o Operator) Subject() string { return o.subject }

// OperatorFromREST is the operator behind a REST request, by the claims that the
// Cognito authorizer verified. It returns ErrUnauthenticated or a *RefusedError.
func OperatorFromREST(request events.APIGatewayProxyRequestContext) (Operator, error) {
	claims, ok := request.Authorizer["claims"].(map[string]any)
	if !ok || len(claims) == 0 {
		return Operator{}, ErrUnauthenticated
	}
	if use, ok := claims["token_use"].(string); !ok || use != "id" {
		return Operator{}, &RefusedError{ReasonToken}
	}
	if !slices.Contains(roles(claims[contract.GroupsClaim]), contract.RoleOperator) {
		return Operator{}, &RefusedError{ReasonNoOperator}
	}
	// Even an empty claim, or one beside the claims, is not what an operator's token has.
	_, claimed := claims[contract.TenantClaim]
	_, beside := request.Authorizer[contract.AuthorizerTenant]
	if claimed || beside {
		return Operator{}, &RefusedError{ReasonOperatorTenant}
	}
	sub, ok := claims[contract.SubjectClaim].(string)
	if !ok || !subjectPattern.MatchString(sub) {
		return Operator{}, &RefusedError{ReasonSubject}
	}
	return Operator{sub}, nil
}

// SaysOperator reports whether the claims are of somebody in the operators'
// group, who must then be an Operator or nobody: such a person's tenant claim
// lets nobody in.
func SaysOperator(request events.APIGatewayProxyRequestContext) bool {
	claims, _ := request.Authorizer["claims"].(map[string]any)
	return slices.Contains(roles(claims[contract.GroupsClaim]), contract.RoleOperator)
}

// For is the operator at work for the tenant that the request names. It is the
// only Identity of a person that does not come from a tenant's claim: it has the
// operator's role and no other, so that no check of a tenant's people lets it
// pass. It returns a *RefusedError.
func (o Operator) For(tenantID string) (Identity, error) {
	switch {
	case o.subject == "":
		return Identity{}, &RefusedError{ReasonNoOperator}
	case tenantID == "":
		return Identity{}, &RefusedError{ReasonMissing}
	case !contract.ValidTenantID(tenantID):
		return Identity{}, &RefusedError{ReasonMalformed}
	}
	return Identity{tenant: tenantID, subject: o.subject, roles: []contract.Role{contract.RoleOperator}}, nil
}
