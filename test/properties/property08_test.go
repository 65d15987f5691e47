package properties

import (
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// The user pool has a password policy, MFA, bounded token validity, and a
// tenant attribute that no client can write.
func TestProperty08_UserPool(t *testing.T) {
	pool := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Foundation, "aws_cognito_user_pool", "", how)
	}
	client := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Foundation, "aws_cognito_user_pool_client", "", how)
	}
	prove(t, []string{stacks.Foundation}, userPool,
		pool("short passwords", setting(float64(11), "password_policy", "minimum_length")),
		pool("passwords without symbols", setting(false, "password_policy", "require_symbols")),
		pool("no password policy", setting(nil, "password_policy")),
		pool("no MFA", setting("OFF", "mfa_configuration")),
		pool("MFA without a factor", setting(nil, "software_token_mfa_configuration")),
		pool("people sign up by themselves", setting(false, "admin_create_user_config", "allow_admin_create_user_only")),
		pool("the tenant can be changed", setting(true, "schema", 0, "mutable")),
		pool("no tenant", setting(nil, "schema")),
		client("the client writes the tenant", func(a map[string]any) {
			a["write_attributes"] = append(list(a["write_attributes"]), "custom:"+contract.TenantAttribute)
		}),
		// Cognito lets a client without a list write every attribute.
		client("the client writes everything", setting(nil, "write_attributes")),
		client("the client does not read the tenant", setting([]any{"email"}, "read_attributes")),
		client("refresh token for years", setting("days", "token_validity_units", 0, "refresh_token")),
		client("id token for days", setting("days", "token_validity_units", 0, "id_token")),
		client("access token without units", setting(nil, "token_validity_units")),
		client("access token for longer than the id token", setting(float64(1441), "access_token_validity")),
		client("passwords sent to the client's server", func(a map[string]any) {
			a["explicit_auth_flows"] = append(list(a["explicit_auth_flows"]), "ALLOW_USER_PASSWORD_AUTH")
		}),
		add("another client without limits", stacks.Foundation, "aws_cognito_user_pool_client", "", setting(nil, "write_attributes")),
		add("another pool without MFA", stacks.Foundation, "aws_cognito_user_pool", "", setting("OFF", "mfa_configuration")),
	)
}

func userPool(e environment) []string {
	var p problems
	d, want := e.docs[stacks.Foundation], e.cfg.Identity
	pools, clients := d.Resources("aws_cognito_user_pool"), d.Resources("aws_cognito_user_pool_client")
	p.that(len(pools) > 0 && len(clients) > 0, "no user pool, or no client")
	for _, pool := range pools {
		policy := pool.Get("password_policy")
		length, _ := synth.Get(policy, "minimum_length").(float64)
		p.that(length >= 12 && length == float64(want.PasswordMinLength), "passwords of %v characters", length)
		for _, class := range []string{"lowercase", "numbers", "symbols", "uppercase"} {
			p.that(synth.Get(policy, "require_"+class) == true, "passwords without %s", class)
		}
		mfa := pool.Get("mfa_configuration")
		p.that(mfa == want.MFA && (mfa == envs.MFAOptional || mfa == envs.MFARequired), "MFA is %v", mfa)
		p.that(pool.Get("software_token_mfa_configuration", "enabled") == true, "no factor for MFA")
		p.that(pool.Get("admin_create_user_config", "allow_admin_create_user_only") == true, "anybody can sign up")
		tenants := 0
		for _, s := range list(pool.Get("schema")) {
			if synth.Get(s, "name") == contract.TenantAttribute {
				tenants++
				p.that(synth.Get(s, "mutable") == false, "a user's tenant can be changed")
			}
		}
		p.that(tenants == 1, "%d tenant attributes", tenants)
	}
	for _, c := range clients {
		tenant := "custom:" + contract.TenantAttribute
		p.that(len(list(c.Get("write_attributes"))) > 0 && !has(c.Get("write_attributes"), tenant), "%s writes the tenant", named(c))
		p.that(has(c.Get("read_attributes"), tenant), "%s does not read the tenant", named(c))
		p.that(!has(c.Get("explicit_auth_flows"), "ALLOW_USER_PASSWORD_AUTH"), "%s sends passwords", named(c))
		for token, bound := range map[string]struct {
			unit  string
			value int
			most  int
		}{"id_token": {"minutes", want.IDTokenMinutes, 1440}, "access_token": {"minutes", want.IDTokenMinutes, 1440}, "refresh_token": {"hours", want.RefreshTokenHours, 720}} {
			unit, value := c.Get("token_validity_units", 0, token), c.Get(token+"_validity")
			p.that(unit == bound.unit && value == float64(bound.value) && bound.value <= bound.most, "%s: the %s is valid for %v %v", named(c), token, value, unit)
		}
	}
	return p
}
