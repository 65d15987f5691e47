package stacks

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

func loadEnv(t testing.TB, name string) envs.Config {
	t.Helper()
	cfg, err := envs.Load(name, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// foundationOf synthesizes foundation alone.
func foundationOf(t testing.TB, cfg envs.Config) synth.Document {
	return synth.Documents(t, func(app cdktf.App) { NewFoundation(app, "foundation", cfg) })["foundation"]
}

func TestFoundationKey(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := foundationOf(t, cfg)
	k := d.One(t, "aws_kms_key", "key/key")
	if k.Get("enable_key_rotation") != true || k.Get("rotation_period_in_days") != 365.0 || k.Get("deletion_window_in_days") != 30.0 {
		t.Errorf("rotation and deletion window: %v", k.Attributes)
	}
	if d.One(t, "aws_kms_alias", "key/alias").Get("name") != "alias/flowops-prod-platform" {
		t.Error("the key's alias has another name")
	}
	statements := map[string]map[string]any{}
	for _, s := range k.JSON(t, "policy")["Statement"].([]any) {
		m := s.(map[string]any)
		statements[m["Sid"].(string)] = m
	}
	for sid, want := range map[string]struct{ service, operator, key, value string }{
		"Logs":        {"logs.eu-central-1.amazonaws.com", "ArnLike", "kms:EncryptionContext:aws:logs:arn", "arn:aws:logs:eu-central-1:333333333333:log-group:*"},
		"LogDelivery": {"delivery.logs.amazonaws.com", "StringEquals", "aws:SourceAccount", "333333333333"},
		"Alarms":      {"cloudwatch.amazonaws.com", "StringEquals", "aws:SourceAccount", "333333333333"},
		"Events":      {"events.amazonaws.com", "StringEquals", "aws:SourceAccount", "333333333333"},
		"Topics":      {"sns.amazonaws.com", "StringEquals", "aws:SourceAccount", "333333333333"},
		"Queues":      {"sqs.amazonaws.com", "StringEquals", "aws:SourceAccount", "333333333333"},
		"Buckets":     {"s3.amazonaws.com", "StringEquals", "aws:SourceAccount", "333333333333"},
		"Models":      {"bedrock.amazonaws.com", "StringEquals", "aws:SourceAccount", "333333333333"},
		"Trail":       {"cloudtrail.amazonaws.com", "StringEquals", "aws:SourceArn", "arn:aws:cloudtrail:eu-central-1:333333333333:trail/flowops-prod-audit"},
	} {
		s := statements[sid]
		if synth.Get(s, "Principal", "Service", 0) != want.service {
			t.Errorf("%s: principal %v, want %s", sid, synth.Get(s, "Principal"), want.service)
		}
		if got := synth.Get(s, "Condition", want.operator, want.key, 0); got != want.value {
			t.Errorf("%s: %s %s is %v, want %s", sid, want.operator, want.key, got, want.value)
		}
	}
	// Nobody is let in but the account, for which IAM decides, and services on a condition.
	for sid, s := range statements {
		if sid != "AccountIAM" && len(s["Condition"].(map[string]any)) == 0 {
			t.Errorf("%s has no condition", sid)
		}
	}
}

func TestFoundationSessionKeyMakesCodes(t *testing.T) {
	k := foundationOf(t, loadEnv(t, "dev")).One(t, "aws_kms_key", "session-key/key")
	if k.Get("customer_master_key_spec") != "HMAC_256" || k.Get("key_usage") != "GENERATE_VERIFY_MAC" {
		t.Errorf("%v", k.Attributes)
	}
}

// Property 8, on the checked-in environments.
func TestFoundationUserPool(t *testing.T) {
	for name, want := range map[string]struct {
		mfa, protection, mode string
		length                float64
	}{
		"dev":  {"OPTIONAL", "INACTIVE", "AUDIT", 12},
		"prod": {"ON", "ACTIVE", "ENFORCED", 14},
	} {
		t.Run(name, func(t *testing.T) {
			d := foundationOf(t, loadEnv(t, name))
			p := d.One(t, "aws_cognito_user_pool", "users")
			if p.Get("mfa_configuration") != want.mfa || p.Get("deletion_protection") != want.protection || p.Get("user_pool_add_ons", "advanced_security_mode") != want.mode {
				t.Errorf("MFA %v, protection %v, security %v", p.Get("mfa_configuration"), p.Get("deletion_protection"), p.Get("user_pool_add_ons"))
			}
			if p.Get("software_token_mfa_configuration", "enabled") != true || p.Get("admin_create_user_config", "allow_admin_create_user_only") != true {
				t.Error("software tokens are off, or people can sign themselves up")
			}
			policy := p.Get("password_policy")
			for _, k := range []string{"require_lowercase", "require_uppercase", "require_numbers", "require_symbols"} {
				if synth.Get(policy, k) != true {
					t.Errorf("password policy without %s", k)
				}
			}
			if synth.Get(policy, "minimum_length") != want.length {
				t.Errorf("password length %v", synth.Get(policy, "minimum_length"))
			}
			if p.Get("schema", 0, "name") != "tenant_id" || p.Get("schema", 0, "mutable") != false {
				t.Errorf("the tenant attribute is %v", p.Get("schema", 0))
			}
			if p.Get("lifecycle", "ignore_changes", 0) != "schema" {
				t.Error("a change of the schema would replace the pool")
			}
		})
	}
}

func TestFoundationWebClientCannotWriteTheTenant(t *testing.T) {
	c := foundationOf(t, loadEnv(t, "prod")).One(t, "aws_cognito_user_pool_client", "web")
	writable := texts(c.Get("write_attributes"))
	if len(writable) == 0 || slices.Contains(writable, contract.TenantClaim) {
		t.Errorf("writable attributes are %v: an empty list lets the client write all of them", writable)
	}
	if !slices.Contains(texts(c.Get("read_attributes")), contract.TenantClaim) {
		t.Error("the token would not carry the tenant")
	}
	for attribute, want := range map[string]any{
		"generate_secret": false, "prevent_user_existence_errors": "ENABLED", "enable_token_revocation": true,
		"id_token_validity": 30.0, "access_token_validity": 30.0, "refresh_token_validity": 12.0,
	} {
		if got := c.Get(attribute); got != want {
			t.Errorf("%s is %v, want %v", attribute, got, want)
		}
	}
	if flows := strings.Join(texts(c.Get("explicit_auth_flows")), " "); flows != "ALLOW_USER_SRP_AUTH ALLOW_REFRESH_TOKEN_AUTH" {
		t.Errorf("flows %s", flows)
	}
	if flows := strings.Join(texts(c.Get("allowed_oauth_flows")), " "); flows != "code" {
		t.Errorf("OAuth flows %s", flows)
	}
	units := c.Get("token_validity_units", 0)
	if synth.Get(units, "id_token") != "minutes" || synth.Get(units, "refresh_token") != "hours" {
		t.Errorf("units %v", units)
	}
}

func TestFoundationGroupsAndDomain(t *testing.T) {
	d := foundationOf(t, loadEnv(t, "dev"))
	for _, role := range []string{"admin", "agent", "operator"} {
		if d.One(t, "aws_cognito_user_group", "group-"+role).Get("name") != role {
			t.Errorf("no group %s", role)
		}
	}
	if d.One(t, "aws_cognito_user_pool_domain", "sign-in").Get("domain") != "flowops-dev-111111111111" {
		t.Error("the sign-in page has another domain")
	}
}

func TestFoundationBrowsersReachTheirTenantOnly(t *testing.T) {
	d := foundationOf(t, loadEnv(t, "prod"))
	if p := d.One(t, "aws_cognito_identity_pool", "browsers"); p.Get("allow_unauthenticated_identities") != false || p.Get("cognito_identity_providers", 0, "server_side_token_check") != true {
		t.Errorf("%v", p.Attributes)
	}
	tags := d.One(t, "aws_cognito_identity_pool_provider_principal_tag", "browser-tags")
	if tags.Get("principal_tags", "TenantId") != "custom:tenant_id" || tags.Get("use_defaults") != false {
		t.Errorf("%v", tags.Attributes)
	}
	trust := d.One(t, "aws_iam_role", "browser-role/role").JSON(t, "assume_role_policy")
	s := synth.Get(trust, "Statement", 0)
	for _, c := range [][3]string{
		{"StringLike", "aws:RequestTag/TenantId", "???*"},
		{"ForAllValues:StringEquals", "aws:TagKeys", "TenantId"},
		{"ForAnyValue:StringLike", "cognito-identity.amazonaws.com:amr", "authenticated"},
	} {
		if got := synth.Get(s, "Condition", c[0], c[1], 0); got != c[2] {
			t.Errorf("trust: %s %s is %v", c[0], c[1], got)
		}
	}
	permissions := d.One(t, "aws_iam_role_policy", "browser-role/policy").JSON(t, "policy")
	if got := synth.Get(permissions, "Statement", 0, "Resource", 0); got != "arn:aws:s3:::flowops-prod-documents-333333333333-eu-central-1/tenants/$${aws:PrincipalTag/TenantId}/documents/*" {
		t.Errorf("documents: %v", got)
	}
	roles := d.One(t, "aws_cognito_identity_pool_roles_attachment", "browser-roles")
	if roles.Get("role_mapping", 0, "ambiguous_role_resolution") != "Deny" {
		t.Errorf("%v", roles.Get("role_mapping"))
	}
}

func TestFoundationNetwork(t *testing.T) {
	if n := len(foundationOf(t, loadEnv(t, "dev")).Resources("aws_vpc")); n != 0 {
		t.Errorf("dev has %d VPCs", n)
	}
	d := foundationOf(t, loadEnv(t, "prod"))
	if d.One(t, "aws_vpc", "vpc").Get("cidr_block") != "10.40.0.0/16" {
		t.Error("the VPC has another network")
	}
	for zone, cidr := range map[string]string{"a": "10.40.0.0/18", "b": "10.40.64.0/18", "c": "10.40.128.0/18"} {
		s := d.One(t, "aws_subnet", "private-"+zone)
		if s.Get("cidr_block") != cidr || s.Get("availability_zone") != "eu-central-1"+zone || s.Get("map_public_ip_on_launch") != false {
			t.Errorf("zone %s: %v", zone, s.Attributes)
		}
	}
	for _, name := range []string{"s3", "dynamodb", "sts", "bedrock-runtime", "events", "logs", "monitoring", "xray"} {
		e := d.One(t, "aws_vpc_endpoint", "endpoint-"+name)
		if got := synth.Get(e.JSON(t, "policy"), "Statement", 0, "Condition", "StringEquals", "aws:PrincipalAccount", 0); got != "333333333333" {
			t.Errorf("endpoint %s lets in %v", name, got)
		}
	}
	if n := len(d.Resources("aws_internet_gateway")) + len(d.Resources("aws_nat_gateway")); n != 0 {
		t.Error("the VPC has a way to the internet")
	}
	// Nothing may talk to the whole world, not even where there is no way to it.
	for _, r := range slices.Concat(d.Resources("aws_vpc_security_group_egress_rule"), d.Resources("aws_vpc_security_group_ingress_rule")) {
		if r.Get("cidr_ipv4") != nil || r.Get("from_port") != 443.0 || r.Get("to_port") != 443.0 {
			t.Errorf("%s: %v", r.Path, r.Attributes)
		}
	}
	for _, rule := range []string{"functions-to-search-out", "functions-to-endpoints-out", "functions-to-s3", "functions-to-dynamodb", "agents-to-search-out", "agents-to-s3"} {
		d.One(t, "aws_vpc_security_group_egress_rule", rule)
	}
	d.One(t, "aws_vpc_security_group_ingress_rule", "functions-to-search-in")
	if d.One(t, "aws_flow_log", "flow-log").Get("traffic_type") != "ALL" {
		t.Error("flow logs leave traffic out")
	}
	if d.One(t, "aws_cloudwatch_log_group", "flow-log-group").Get("retention_in_days") != 365.0 {
		t.Error("flow logs are kept for another time")
	}
	d.One(t, "aws_iam_service_linked_role", "search-linked-role")
	d.One(t, "aws_default_security_group", "default-group")
}

func texts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, x := range list {
		s, _ := x.(string)
		out = append(out, s)
	}
	return out
}
