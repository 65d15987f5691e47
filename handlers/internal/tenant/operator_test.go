package tenant

import (
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
)

func TestOperatorFromREST(t *testing.T) {
	operator := func(change map[string]any) map[string]any {
		all := map[string]any{"cognito:groups": "operator", "custom:tenant_id": nil}
		for name, value := range change {
			all[name] = value
		}
		return claims(all)
	}
	for name, tt := range map[string]struct {
		claims map[string]any
		beside map[string]any
		reason string // empty: an operator
	}{
		"an operator":                 {claims: operator(nil)},
		"in other groups too":         {claims: operator(map[string]any{"cognito:groups": "[operator admin]"})},
		"an admin":                    {claims: operator(map[string]any{"cognito:groups": "admin"}), reason: ReasonNoOperator},
		"no groups":                   {claims: operator(map[string]any{"cognito:groups": nil}), reason: ReasonNoOperator},
		"a group that ends alike":     {claims: operator(map[string]any{"cognito:groups": "xoperator,operators"}), reason: ReasonNoOperator},
		"with a tenant":               {claims: operator(map[string]any{"custom:tenant_id": "acme"}), reason: ReasonOperatorTenant},
		"with an empty tenant":        {claims: operator(map[string]any{"custom:tenant_id": ""}), reason: ReasonOperatorTenant},
		"with a tenant beside":        {claims: operator(nil), beside: map[string]any{"tenantId": "acme"}, reason: ReasonOperatorTenant},
		"an access token":             {claims: operator(map[string]any{"token_use": "access"}), reason: ReasonToken},
		"no subject":                  {claims: operator(map[string]any{"sub": nil}), reason: ReasonSubject},
		"a subject with a separator":  {claims: operator(map[string]any{"sub": "a#b"}), reason: ReasonSubject},
		"a tenant's admin as she is":  {claims: claims(map[string]any{"cognito:groups": "admin"}), reason: ReasonNoOperator},
		"a tenant's admin and a wish": {claims: claims(map[string]any{"cognito:groups": "admin,operator"}), reason: ReasonOperatorTenant},
	} {
		t.Run(name, func(t *testing.T) {
			authorizer := map[string]any{"claims": tt.claims}
			for n, v := range tt.beside {
				authorizer[n] = v
			}
			got, err := OperatorFromREST(events.APIGatewayProxyRequestContext{Authorizer: authorizer})
			var refused *RefusedError
			if tt.reason == "" {
				if err != nil || got.Subject() != "3f1b7a52-6b0e-4d5c-9a3e-0c1d2e3f4a5b" {
					t.Errorf("%+v, %v", got, err)
				}
				return
			}
			if !errors.As(err, &refused) || refused.Reason != tt.reason || got != (Operator{}) {
				t.Errorf("%+v, %v; want %s", got, err, tt.reason)
			}
		})
	}
	for name, authorizer := range map[string]map[string]any{
		"no authorizer": nil, "no claims": {"cognito:groups": "operator"}, "empty claims": {"claims": map[string]any{}}, "claims as text": {"claims": "operator"},
	} {
		request := events.APIGatewayProxyRequestContext{Authorizer: authorizer}
		if _, err := OperatorFromREST(request); !errors.Is(err, ErrUnauthenticated) || SaysOperator(request) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An operator's own token opens no tenant, and what she is for one is a role
// that no tenant's person has.
func TestOperatorFor(t *testing.T) {
	authorizer := map[string]any{"claims": claims(map[string]any{"cognito:groups": "operator", "custom:tenant_id": nil})}
	request := events.APIGatewayProxyRequestContext{Authorizer: authorizer}
	if !SaysOperator(request) {
		t.Error("she is in the group")
	}
	var refused *RefusedError
	if _, err := FromREST(request); !errors.As(err, &refused) || refused.Reason != ReasonMissing {
		t.Errorf("a tenant's person: %v", err)
	}
	operator, err := OperatorFromREST(request)
	if err != nil {
		t.Fatal(err)
	}
	got, err := operator.For("acme")
	if err != nil || got.Tenant() != "acme" || got.Subject() != operator.Subject() || !got.HasRole(contract.RoleOperator) || got.HasRole(contract.RoleAdmin, contract.RoleAgent) {
		t.Errorf("%+v, %v", got, err)
	}
	for name, tt := range map[string]struct {
		operator Operator
		tenant   string
		reason   string
	}{
		"nobody": {Operator{}, "acme", ReasonNoOperator}, "no tenant": {operator, "", ReasonMissing}, "a wildcard": {operator, "acm*", ReasonMalformed},
		"a separator": {operator, "acme#x", ReasonMalformed}, "a path": {operator, "acme/x", ReasonMalformed}, "upper case": {operator, "Acme", ReasonMalformed},
	} {
		if got, err := tt.operator.For(tt.tenant); !errors.As(err, &refused) || refused.Reason != tt.reason || got.Tenant() != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
