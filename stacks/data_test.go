package stacks

import (
	"slices"
	"sort"
	"testing"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

func dataOf(t testing.TB, cfg envs.Config) synth.Document {
	return synth.Documents(t, func(app cdktf.App) {
		NewData(app, "data", cfg, DataInputs{Foundation: Literal(Sample[FoundationOutputs](cfg))})
	})["data"]
}

// Property 3, on the checked-in environments.
func TestDataDocumentsBucket(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := dataOf(t, cfg)
	key := *Sample[FoundationOutputs](cfg).KMSKeyARN
	name := d.One(t, "aws_s3_bucket", "documents/bucket")
	if name.Get("bucket") != "flowops-prod-documents-333333333333-eu-central-1" {
		t.Errorf("bucket %v", name.Get("bucket"))
	}
	if d.One(t, "aws_s3_bucket_versioning", "documents/versioning").Get("versioning_configuration", "status") != "Enabled" {
		t.Error("versioning is off")
	}
	rule := d.One(t, "aws_s3_bucket_server_side_encryption_configuration", "documents/encryption").Get("rule", 0)
	by := synth.Get(rule, "apply_server_side_encryption_by_default")
	if synth.Get(by, "sse_algorithm") != "aws:kms" || synth.Get(by, "kms_master_key_id") != key || synth.Get(rule, "bucket_key_enabled") != true {
		t.Errorf("encryption %v", rule)
	}
	private := d.One(t, "aws_s3_bucket_public_access_block", "documents/private")
	for _, k := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
		if private.Get(k) != true {
			t.Errorf("%s is %v", k, private.Get(k))
		}
	}
	if d.One(t, "aws_s3_bucket_ownership_controls", "documents/ownership").Get("rule", "object_ownership") != "BucketOwnerEnforced" {
		t.Error("objects may belong to others")
	}
	if d.One(t, "aws_s3_bucket_notification", "documents/events").Get("eventbridge") != true {
		t.Error("EventBridge hears nothing")
	}
	if target := d.One(t, "aws_s3_bucket_logging", "documents/logging").Get("target_bucket"); target == nil {
		t.Error("no access logs")
	}
	if got := texts(d.One(t, "aws_s3_bucket_cors_configuration", "documents/cors").Get("cors_rule", 0, "allowed_origins")); !slices.Equal(got, cfg.API.Origins) {
		t.Errorf("origins %v", got)
	}
	lifecycle := d.One(t, "aws_s3_bucket_lifecycle_configuration", "documents/lifecycle")
	if lifecycle.Get("rule", 0, "transition", 0, "days") != 90.0 || lifecycle.Get("rule", 0, "noncurrent_version_expiration", 0, "noncurrent_days") != 365.0 {
		t.Errorf("documents: %v", lifecycle.Get("rule", 0))
	}
	if lifecycle.Get("rule", 0, "expiration") != nil {
		t.Error("documents would expire")
	}
	exports := lifecycle.Get("rule", 1)
	if synth.Get(exports, "filter", 0, "prefix") != "exports/" || synth.Get(exports, "expiration", 0, "days") != 30.0 || synth.Get(exports, "noncurrent_version_expiration", 0, "noncurrent_days") != 1.0 {
		t.Errorf("exports: %v", exports)
	}
	if lifecycle.Get("rule", 2, "filter", 0, "tag", 0, "value") != contract.WorkTagValue || lifecycle.Get("rule", 2, "expiration", 0, "days") != 7.0 {
		t.Errorf("work: %v", lifecycle.Get("rule", 2))
	}
}

func TestDataBucketPolicy(t *testing.T) {
	cfg := loadEnv(t, "dev")
	policy := dataOf(t, cfg).One(t, "aws_s3_bucket_policy", "documents/policy").JSON(t, "policy")
	want := map[string][3]string{
		"TLSOnly":      {"Bool", "aws:SecureTransport", "false"},
		"TLS12OrNewer": {"NumericLessThan", "s3:TlsVersion", "1.2"},
		"KMSOnly":      {"StringNotEquals", "s3:x-amz-server-side-encryption", "aws:kms"},
		"NoOtherKey":   {"StringNotEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", *Sample[FoundationOutputs](cfg).KMSKeyARN},
	}
	for _, s := range policy["Statement"].([]any) {
		sid, _ := synth.Get(s, "Sid").(string)
		w, known := want[sid]
		if !known {
			continue
		}
		if synth.Get(s, "Effect") != "Deny" || synth.Get(s, "Principal") != "*" || synth.Get(s, "Condition", w[0], w[1], 0) != w[2] {
			t.Errorf("%s is %v", sid, s)
		}
		delete(want, sid)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// Property 5 and the data model, on the synthesized tables.
func TestDataTables(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := dataOf(t, cfg)
	indexes := map[string]map[string][2]string{
		"tickets":       {"GSI1": {"GSI1PK", "GSI1SK"}, "GSI2": {"GSI2PK", "GSI2SK"}},
		"conversations": {"GSI1": {"GSI1PK", "GSI1SK"}},
		"metadata":      {"GSI1": {"GSI1PK", "GSI1SK"}},
		"connections":   {}, "audit": {},
	}
	for name, want := range indexes {
		table := d.One(t, "aws_dynamodb_table", name+"/table")
		if table.Get("name") != "flowops-prod-"+name || table.Get("hash_key") != "PK" || table.Get("range_key") != "SK" {
			t.Errorf("%s: %v", name, table.Attributes)
		}
		if table.Get("billing_mode") != "PAY_PER_REQUEST" || table.Get("point_in_time_recovery", "enabled") != true || table.Get("deletion_protection_enabled") != true {
			t.Errorf("%s: capacity, recovery or protection", name)
		}
		if table.Get("server_side_encryption", "enabled") != true || table.Get("server_side_encryption", "kms_key_arn") != *Sample[FoundationOutputs](cfg).KMSKeyARN {
			t.Errorf("%s: %v", name, table.Get("server_side_encryption"))
		}
		got := map[string][2]string{}
		list, _ := table.Get("global_secondary_index").([]any)
		for _, i := range list {
			hash, _ := synth.Get(i, "hash_key").(string)
			sort, _ := synth.Get(i, "range_key").(string)
			got[synth.Get(i, "name").(string)] = [2]string{hash, sort}
			if synth.Get(i, "projection_type") != "ALL" {
				t.Errorf("%s: an index does not project everything", name)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s has indexes %v, want %v", name, got, want)
		}
		for index, keys := range want {
			if got[index] != keys {
				t.Errorf("%s %s is keyed by %v, want %v", name, index, got[index], keys)
			}
		}
		d.One(t, "aws_dynamodb_contributor_insights", name+"/insights")
	}
	if c := d.One(t, "aws_dynamodb_table", "connections/table"); c.Get("ttl", "enabled") != true || c.Get("ttl", "attribute_name") != "expiresAt" {
		t.Errorf("connections never expire: %v", c.Get("ttl"))
	}
}

// Property 4, on the checked-in environments.
func TestDataSearchDomain(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := dataOf(t, cfg)
	s := d.One(t, "aws_opensearch_domain", "search")
	for _, c := range []struct {
		want any
		at   []any
	}{
		{"OpenSearch_2.19", []any{"engine_version"}},
		{true, []any{"encrypt_at_rest", "enabled"}},
		{*Sample[FoundationOutputs](cfg).KMSKeyARN, []any{"encrypt_at_rest", "kms_key_id"}},
		{true, []any{"node_to_node_encryption", "enabled"}},
		{true, []any{"domain_endpoint_options", "enforce_https"}},
		{"Policy-Min-TLS-1-2-PFS-2023-10", []any{"domain_endpoint_options", "tls_security_policy"}},
		{true, []any{"advanced_security_options", "enabled"}},
		{false, []any{"advanced_security_options", "internal_user_database_enabled"}},
		{false, []any{"advanced_security_options", "anonymous_auth_enabled"}},
		{"false", []any{"advanced_options", "rest.action.multi.allow_explicit_index"}},
		{"r7g.xlarge.search", []any{"cluster_config", "instance_type"}},
		{3.0, []any{"cluster_config", "instance_count"}},
		{true, []any{"cluster_config", "dedicated_master_enabled"}},
		{3.0, []any{"cluster_config", "zone_awareness_config", "availability_zone_count"}},
		{"gp3", []any{"ebs_options", "volume_type"}},
		{200.0, []any{"ebs_options", "volume_size"}},
		{*Sample[FoundationOutputs](cfg).SearchSecurityGroup, []any{"vpc_options", "security_group_ids", 0}},
	} {
		if got := s.Get(c.at...); got != c.want {
			t.Errorf("%v is %v, want %v", c.at, got, c.want)
		}
	}
	if s.Get("advanced_security_options", "master_user_options", "master_user_arn") != "${aws_iam_role."+d.One(t, "aws_iam_role", "search-master/role").Name+".arn}" {
		t.Errorf("master %v", s.Get("advanced_security_options", "master_user_options"))
	}
	var kinds []string
	for _, o := range s.Get("log_publishing_options").([]any) {
		kinds = append(kinds, synth.Get(o, "log_type").(string))
	}
	sort.Strings(kinds)
	if !slices.Equal(kinds, []string{"AUDIT_LOGS", "ES_APPLICATION_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS"}) {
		t.Errorf("logs %v", kinds)
	}
	if dev := dataOf(t, loadEnv(t, "dev")).One(t, "aws_opensearch_domain", "search"); dev.Get("vpc_options") != nil || dev.Get("cluster_config", "zone_awareness_enabled") != false {
		t.Error("dev's domain is not a small public one")
	}
}

func TestDataSearchMasterIsTakenBySearchAdminAlone(t *testing.T) {
	trust := dataOf(t, loadEnv(t, "dev")).One(t, "aws_iam_role", "search-master/role").JSON(t, "assume_role_policy")
	statements := trust["Statement"].([]any)
	if len(statements) != 1 || synth.Get(statements[0], "Condition", "ArnEquals", "aws:PrincipalArn", 0) != "arn:aws:iam::111111111111:role/flowops-dev-search-admin" {
		t.Errorf("%v", statements)
	}
}

func TestDataIsKeptWhereTheEnvironmentProtectsIt(t *testing.T) {
	prod, dev := dataOf(t, loadEnv(t, "prod")), dataOf(t, loadEnv(t, "dev"))
	if prod.One(t, "aws_s3_bucket", "documents/bucket").Get("lifecycle", "prevent_destroy") != true || prod.One(t, "aws_opensearch_domain", "search").Get("lifecycle", "prevent_destroy") != true {
		t.Error("prod's data can be destroyed")
	}
	if dev.One(t, "aws_s3_bucket", "documents/bucket").Get("force_destroy") != true {
		t.Error("dev's bucket can't be destroyed while it holds documents")
	}
}

func TestBootstrap(t *testing.T) {
	d := synth.Documents(t, func(app cdktf.App) { NewBootstrap(app, "bootstrap", loadEnv(t, "dev")) })["bootstrap"]
	if b := d.One(t, "aws_s3_bucket", "state/bucket"); b.Get("bucket") != "flowops-dev-tfstate-111111111111-eu-central-1" || b.Get("lifecycle", "prevent_destroy") != true {
		t.Errorf("%v", b.Attributes)
	}
	if d.One(t, "aws_s3_bucket_versioning", "state/versioning").Get("versioning_configuration", "status") != "Enabled" {
		t.Error("a lost state could not be brought back")
	}
	// The backends name the key by its alias: the bucket must not refuse that.
	for _, s := range d.One(t, "aws_s3_bucket_policy", "state/policy").JSON(t, "policy")["Statement"].([]any) {
		if synth.Get(s, "Sid") == "NoOtherKey" {
			keys := texts(synth.Get(s, "Condition", "StringNotEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id"))
			if !slices.Contains(keys, loadEnv(t, "dev").StateKeyARN()) || len(keys) != 2 {
				t.Errorf("the state is written under %v only", keys)
			}
		}
	}
	if d.One(t, "aws_kms_alias", "key/alias").Get("name") != "alias/flowops-dev-tfstate" {
		t.Error("the backends of the other stacks name another key")
	}
	if got := synth.Get(d["terraform"], "backend", "local", "path"); got != "../../../flowops-dev.tfstate" {
		t.Errorf("state at %v", got)
	}
}
