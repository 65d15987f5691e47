package tenant

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
)

func claims(change map[string]any) map[string]any {
	all := map[string]any{"sub": "3f1b7a52-6b0e-4d5c-9a3e-0c1d2e3f4a5b", "cognito:groups": "agent", "custom:tenant_id": "acme", "token_use": "id"}
	for name, value := range change {
		if value == nil {
			delete(all, name)
		} else {
			all[name] = value
		}
	}
	return all
}

func TestFromREST(t *testing.T) {
	tests := map[string]struct {
		claims map[string]any
		beside map[string]any // beside the claims
		reason string         // empty: an identity
	}{
		"an agent":                      {claims: claims(nil)},
		"the same tenant beside":        {claims: claims(nil), beside: map[string]any{"tenantId": "acme"}},
		"another tenant beside":         {claims: claims(nil), beside: map[string]any{"tenantId": "globex"}, reason: ReasonConflicting},
		"an empty tenant beside":        {claims: claims(nil), beside: map[string]any{"tenantId": ""}, reason: ReasonConflicting},
		"no tenant":                     {claims: claims(map[string]any{"custom:tenant_id": nil}), reason: ReasonMissing},
		"an empty tenant":               {claims: claims(map[string]any{"custom:tenant_id": ""}), reason: ReasonMissing},
		"only a tenant beside":          {claims: claims(map[string]any{"custom:tenant_id": nil}), beside: map[string]any{"tenantId": "acme"}, reason: ReasonMissing},
		"a tenant with a separator":     {claims: claims(map[string]any{"custom:tenant_id": "acme#x"}), reason: ReasonMalformed},
		"a tenant with a wildcard":      {claims: claims(map[string]any{"custom:tenant_id": "acm*"}), reason: ReasonMalformed},
		"a tenant with a slash":         {claims: claims(map[string]any{"custom:tenant_id": "acme/x"}), reason: ReasonMalformed},
		"a tenant with a line break":    {claims: claims(map[string]any{"custom:tenant_id": "acme\n"}), reason: ReasonMalformed},
		"two tenants":                   {claims: claims(map[string]any{"custom:tenant_id": []any{"acme", "globex"}}), reason: ReasonMalformed},
		"a number":                      {claims: claims(map[string]any{"custom:tenant_id": 12345.0}), reason: ReasonMalformed},
		"no subject":                    {claims: claims(map[string]any{"sub": nil}), reason: ReasonSubject},
		"a subject with a separator":    {claims: claims(map[string]any{"sub": "a#b"}), reason: ReasonSubject},
		"an access token":               {claims: claims(map[string]any{"token_use": "access"}), reason: ReasonToken},
		"a token that says no use":      {claims: claims(map[string]any{"token_use": nil}), reason: ReasonToken},
		"no groups is still a identity": {claims: claims(map[string]any{"cognito:groups": nil})},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			authorizer := map[string]any{"claims": tt.claims}
			for n, v := range tt.beside {
				authorizer[n] = v
			}
			got, err := FromREST(events.APIGatewayProxyRequestContext{Authorizer: authorizer})
			var refused *RefusedError
			if tt.reason == "" {
				if err != nil || got.Tenant() != "acme" || got.Subject() != "3f1b7a52-6b0e-4d5c-9a3e-0c1d2e3f4a5b" {
					t.Errorf("%+v, %v", got, err)
				}
				return
			}
			if !errors.As(err, &refused) || refused.Reason != tt.reason || got.Tenant() != "" {
				t.Errorf("%+v, %v; want %s", got, err, tt.reason)
			}
		})
	}
	for name, authorizer := range map[string]map[string]any{
		"no authorizer": nil, "no claims": {"principalId": "x"}, "empty claims": {"claims": map[string]any{}}, "claims as text": {"claims": "custom:tenant_id=acme"},
		"a tenant without claims": {"tenantId": "acme", "custom:tenant_id": "acme"},
	} {
		if _, err := FromREST(events.APIGatewayProxyRequestContext{Authorizer: authorizer}); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRoles(t *testing.T) {
	for name, tt := range map[string]struct {
		claim               any
		admin, agent, staff bool
	}{
		"one":                     {"agent", false, true, false},
		"several":                 {"admin,agent", true, true, false},
		"several with spaces":     {"[admin agent]", true, true, false},
		"a list":                  {[]any{"operator", 3.0, "agent"}, false, true, true},
		"none":                    {nil, false, false, false},
		"empty":                   {"", false, false, false},
		"something with a role":   {"admins,agent-x,xoperator", false, false, false},
		"another case":            {"Admin", false, false, false},
		"an object is no groups":  {map[string]any{"admin": true}, false, false, false},
		"roles of another system": {"editor", false, false, false},
	} {
		got := Identity{roles: roles(tt.claim)}
		if got.HasRole(contract.RoleAdmin) != tt.admin || got.HasRole(contract.RoleAgent) != tt.agent || got.HasRole(contract.RoleOperator) != tt.staff {
			t.Errorf("%s: %v", name, got.roles)
		}
	}
	if (Identity{roles: []contract.Role{contract.RoleAdmin}}).HasRole() {
		t.Error("has one of no roles")
	}
}

func TestFromWebSocket(t *testing.T) {
	complete := map[string]any{"tenantId": "acme", "subject": "s-1", "groups": "admin", "principalId": "s-1"}
	got, err := FromWebSocket(events.APIGatewayWebsocketProxyRequestContext{Authorizer: complete})
	if err != nil || got.Tenant() != "acme" || got.Subject() != "s-1" || !got.HasRole(contract.RoleAdmin) {
		t.Errorf("%+v, %v", got, err)
	}
	for name, authorizer := range map[string]any{
		"nothing": nil, "text": "acme", "empty": map[string]any{},
		"no tenant":       map[string]any{"subject": "s-1"},
		"only a claim":    map[string]any{"subject": "s-1", "custom:tenant_id": "acme"},
		"two tenants":     map[string]any{"subject": "s-1", "tenantId": "acme", "custom:tenant_id": "globex"},
		"no subject":      map[string]any{"tenantId": "acme"},
		"tenant too long": map[string]any{"subject": "s-1", "tenantId": "acme-acme-acme-acme-acme-acme-acme"},
	} {
		if got, err := FromWebSocket(events.APIGatewayWebsocketProxyRequestContext{Authorizer: authorizer}); err == nil || got.Tenant() != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Whatever an event says: an identity is of a valid tenant, and its tenant is
// the claim's.
func FuzzFromREST(f *testing.F) {
	f.Add([]byte(`{"authorizer":{"claims":{"sub":"s","custom:tenant_id":"acme","token_use":"id"}}}`))
	f.Add([]byte(`{"authorizer":{"tenantId":"globex","claims":{"sub":"s","custom:tenant_id":"acme","token_use":"id"}}}`))
	f.Add([]byte(`{"authorizer":{"claims":{"custom:tenant_id":["acme"]}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var request events.APIGatewayProxyRequestContext
		if json.Unmarshal(text, &request) != nil {
			return
		}
		got, err := FromREST(request)
		if err != nil {
			if got.Tenant() != "" || got.Subject() != "" || got.roles != nil {
				t.Errorf("an identity with an error: %+v", got)
			}
			return
		}
		claims := request.Authorizer["claims"].(map[string]any)
		if !contract.ValidTenantID(got.Tenant()) || claims[contract.TenantClaim] != got.Tenant() {
			t.Errorf("tenant %q", got.Tenant())
		}
	})
}

func TestFromObject(t *testing.T) {
	for name, tt := range map[string]struct {
		object contract.IngestedObject
		reason string // empty: an identity
	}{
		"a document":               {contract.IngestedObject{TenantID: "acme", Key: "tenants/acme/documents/d1"}, ""},
		"a key that is no URL":     {contract.IngestedObject{TenantID: "acme", Key: "tenants/acme/documents/a b?ü%2F#"}, ""},
		"no tenant":                {contract.IngestedObject{Key: "tenants/acme/documents/d1"}, ReasonMissing},
		"no tenant in the key":     {contract.IngestedObject{Key: "tenants//documents/d1"}, ReasonMissing},
		"a wildcard":               {contract.IngestedObject{TenantID: "acm*", Key: "tenants/acm*/documents/d1"}, ReasonMalformed},
		"a separator":              {contract.IngestedObject{TenantID: "acme#x", Key: "tenants/acme#x/documents/d1"}, ReasonMalformed},
		"another tenant's key":     {contract.IngestedObject{TenantID: "acme", Key: "tenants/globex/documents/d1"}, ReasonConflicting},
		"a neighbour's key":        {contract.IngestedObject{TenantID: "acme", Key: "tenants/acme2/documents/d1"}, ReasonConflicting},
		"a neighbour's tenant":     {contract.IngestedObject{TenantID: "acme2", Key: "tenants/acme/documents/d1"}, ReasonConflicting},
		"work":                     {contract.IngestedObject{TenantID: "acme", Key: "tenants/acme/work/documents/d1"}, ReasonConflicting},
		"a folder":                 {contract.IngestedObject{TenantID: "acme", Key: "tenants/acme/documents/"}, ReasonConflicting},
		"no key":                   {contract.IngestedObject{TenantID: "acme"}, ReasonConflicting},
		"a key that ends too soon": {contract.IngestedObject{TenantID: "acme", Key: "tenants/acme"}, ReasonConflicting},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := FromObject(tt.object)
			var refused *RefusedError
			if tt.reason == "" {
				if err != nil || got.Tenant() != "acme" || got.Subject() != "" || got.HasRole(contract.Roles...) {
					t.Errorf("%+v, %v", got, err)
				}
				return
			}
			if !errors.As(err, &refused) || refused.Reason != tt.reason || got.Tenant() != "" {
				t.Errorf("%+v, %v; want %s", got, err, tt.reason)
			}
		})
	}
}
