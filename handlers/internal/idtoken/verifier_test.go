package idtoken

import (
	"crypto/rsa"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func TestVerifies(t *testing.T) {
	tests := []struct {
		name   string
		claims object
		want   []contract.Role
	}{
		{"an agent", goodClaims(), []contract.Role{contract.RoleAgent}},
		{"an admin", with(goodClaims(), "cognito:groups", []any{"admin"}), []contract.Role{contract.RoleAdmin}},
		{"groups in the order of roles, others left out", with(goodClaims(), "cognito:groups", []any{"agent", "x", "admin"}), []contract.Role{contract.RoleAdmin, contract.RoleAgent}},
		{"an audience that is a list of one", with(goodClaims(), "aud", []any{testClient}), []contract.Role{contract.RoleAgent}},
		{"valid since now", with(goodClaims(), "nbf", testNow.Unix()), []contract.Role{contract.RoleAgent}},
		{"a clock behind by less than the leeway", with(goodClaims(), "nbf", testNow.Add(9*time.Second).Unix()), []contract.Role{contract.RoleAgent}},
		{"expired by less than the leeway", with(goodClaims(), "exp", testNow.Add(-9*time.Second).Unix()), []contract.Role{contract.RoleAgent}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newPool(t, map[string]*rsa.PrivateKey{"one": keyOne()}).verifier(handlertest.NewClock(testNow, 0))
			got, err := v.Verify(t.Context(), sign(keyOne(), goodHeader(), tt.claims))
			if err != nil {
				t.Fatal(err)
			}
			exp, _ := tt.claims["exp"].(int64)
			want := Identity{Tenant: "acme", Subject: testPerson, Groups: tt.want, Expiry: time.Unix(exp, 0).UTC()}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("identity (-want +got):\n%s", d)
			}
		})
	}
}

func TestRefusesEachBrokenClaim(t *testing.T) {
	good := goodClaims()
	tests := []struct {
		name   string
		claims any
		want   Refusal
	}{
		{"another pool", with(good, "iss", testIssuer+"x"), BadIssuer},
		{"no issuer", without(good, "iss"), BadIssuer},
		{"an issuer without scheme", with(good, "iss", testIssuer[len("https://"):]), BadIssuer},
		{"another client", with(good, "aud", "2example"), BadAudience},
		{"no audience", without(good, "aud"), BadAudience},
		{"two audiences", with(good, "aud", []any{testClient, "2example"}), BadAudience},
		{"an access token", with(good, "token_use", "access"), BadUse},
		{"no use", without(good, "token_use"), BadUse},
		{"expired beyond the leeway", with(good, "exp", testNow.Add(-11*time.Second).Unix()), Expired},
		{"no expiry", without(good, "exp"), BadTime},
		{"a life of more than a day", with(good, "exp", testNow.Add(25*time.Hour).Unix()), BadTime},
		{"no time of issue", without(good, "iat"), BadTime},
		{"issued in the future", with(good, "iat", testNow.Add(time.Minute).Unix()), BadTime},
		{"not yet valid", with(good, "nbf", testNow.Add(11*time.Second).Unix()), NotYetValid},
		{"no subject", without(good, "sub"), BadSubject},
		{"a long subject", with(good, "sub", repeat("a", 65)), BadSubject},
		{"a subject that leaves its key", with(good, "sub", "a#b"), BadSubject},
		{"no tenant", without(good, "custom:tenant_id"), BadTenant},
		{"an empty tenant", with(good, "custom:tenant_id", ""), BadTenant},
		{"a tenant that leaves its key", with(good, "custom:tenant_id", "acme#x"), BadTenant},
		{"a tenant with a wildcard", with(good, "custom:tenant_id", "acm*"), BadTenant},
		{"a tenant with a line end", with(good, "custom:tenant_id", "acme\n"), BadTenant},
		{"the tenant in another spelling", with(without(good, "custom:tenant_id"), "Custom:Tenant_Id", "acme"), BadTenant},
		{"a tenant that is a number", with(good, "custom:tenant_id", 7), Malformed},
		{"no groups", without(good, "cognito:groups"), NotAuthorized},
		{"an operator", with(good, "cognito:groups", []any{"operator"}), NotAuthorized},
		{"an unknown group", with(good, "cognito:groups", []any{"Admin", "admins"}), NotAuthorized},
		{"groups that are text", with(good, "cognito:groups", "admin"), Malformed},
		{"an expiry that is text", with(good, "exp", "2099"), Malformed},
		{"the tenant twice", `{"custom:tenant_id":"acme","custom:tenant_id":"other"}`, Malformed},
		{"claims that are a list", `[]`, Malformed},
		{"claims that are no JSON", `{`, Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newPool(t, map[string]*rsa.PrivateKey{"one": keyOne()}).verifier(handlertest.NewClock(testNow, 0))
			refuses(t, v, sign(keyOne(), goodHeader(), tt.claims), tt.want)
		})
	}
}

// An expired token that is wrong in another way too is not merely expired.
func TestExpiredComesLast(t *testing.T) {
	v := newPool(t, map[string]*rsa.PrivateKey{"one": keyOne()}).verifier(handlertest.NewClock(testNow.Add(48*time.Hour), 0))
	refuses(t, v, sign(keyOne(), goodHeader(), goodClaims()), Expired)
	refuses(t, v, sign(keyOther(), goodHeader(), goodClaims()), BadSignature)
	refuses(t, v, sign(keyOne(), goodHeader(), with(goodClaims(), "aud", "2example")), BadAudience)
	refuses(t, v, sign(keyOne(), goodHeader(), without(goodClaims(), "cognito:groups")), NotAuthorized)
}

func refuses(t *testing.T, v Verifier, token string, want Refusal) {
	t.Helper()
	got, err := v.Verify(t.Context(), token)
	var refusal Refusal
	if !errors.As(err, &refusal) || refusal != want {
		t.Errorf("error is %v, want %q", err, want)
	}
	if d := cmp.Diff(Identity{}, got); d != "" {
		t.Errorf("a refused token has an identity:\n%s", d)
	}
}

func TestPoolOf(t *testing.T) {
	for id, want := range map[string]string{
		"us-east-1_Example00":    testIssuer,
		"us-gov-west-1_AbCdEf12": "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_AbCdEf12",
		"":                       "", "us-east-1": "", "us-east-1_": "", "us-east-1_a/b": "", "evil.example/us-east-1_a": "", "us-east-1_a\n": "",
		"us-east-1_" + repeat("a", 46): "",
	} {
		got, err := PoolOf(id)
		if got.Issuer != want || (err == nil) != (want != "") {
			t.Errorf("PoolOf(%q) is %+v, %v", id, got, err)
		}
		if want != "" && got.KeysURL != want+"/.well-known/jwks.json" {
			t.Errorf("keys of %q are at %s", id, got.KeysURL)
		}
	}
}
