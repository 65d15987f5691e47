package properties

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// The search domain has a k-NN capable engine, suitable instances, encryption at
// rest and in transit, and fine-grained access control.
func TestProperty04_SearchDomain(t *testing.T) {
	domain := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Data, "aws_opensearch_domain", "", how)
	}
	prove(t, []string{stacks.Data}, searchDomain,
		domain("Elasticsearch", setting("Elasticsearch_7.10", "engine_version")),
		domain("an engine without efficient filters", setting("OpenSearch_2.3", "engine_version")),
		domain("instances that can't do fine-grained access", setting("t2.small.search", "cluster_config", "instance_type")),
		domain("fewer instances", func(a map[string]any) {
			put(a, a["cluster_config"].(map[string]any)["instance_count"].(float64)-1, "cluster_config", "instance_count")
		}),
		domain("two masters", setting(float64(2), "cluster_config", "dedicated_master_count")),
		domain("one zone of several", setting(float64(7), "cluster_config", "zone_awareness_config", "availability_zone_count")).
			where(func(e environment) bool { return e.cfg.Search.ZoneCount > 1 }),
		domain("no encryption at rest", setting(false, "encrypt_at_rest", "enabled")),
		domain("another key", setting("alias/aws/es", "encrypt_at_rest", "kms_key_id")),
		domain("no encryption between nodes", setting(nil, "node_to_node_encryption")),
		domain("plain text", setting(false, "domain_endpoint_options", "enforce_https")),
		domain("TLS 1.0", setting("Policy-Min-TLS-1-0-2019-07", "domain_endpoint_options", "tls_security_policy")),
		domain("no fine-grained access control", setting(false, "advanced_security_options", "enabled")),
		domain("anonymous access", setting(true, "advanced_security_options", "anonymous_auth_enabled")),
		domain("a master with a password", setting(true, "advanced_security_options", "internal_user_database_enabled")),
		domain("no master", setting(nil, "advanced_security_options", "master_user_options")),
		domain("index names in bodies", setting("true", "advanced_options", "rest.action.multi.allow_explicit_index")),
		domain("everybody may ask", inJSON("access_policies", func(m map[string]any) { put(m, "*", "Statement", 0, "Principal") })),
		domain("small volumes", setting(false, "ebs_options", "ebs_enabled")),
		domain("outside the network", setting(nil, "vpc_options")).where(func(e environment) bool { return e.cfg.Network.Enabled }),
		drop("no domain", stacks.Data, "aws_opensearch_domain", ""),
	)
}

// where is the mutant for some configurations alone.
func (m mutant) where(holds func(environment) bool) mutant {
	return mutant{name: m.name, stack: m.stack, change: func(e environment, d synth.Document) bool { return holds(e) && m.change(e, d) }}
}

var engineVersion = regexp.MustCompile(`^OpenSearch_(\d+)\.(\d+)$`)

func searchDomain(e environment) []string {
	domains := e.docs[stacks.Data].Resources("aws_opensearch_domain")
	if len(domains) != 1 {
		return []string{"there is not one search domain"}
	}
	var p problems
	d, want := domains[0], e.cfg.Search
	text, _ := d.Get("engine_version").(string)
	major, minor := 0, 0
	if m := engineVersion.FindStringSubmatch(text); m != nil {
		major, _ = strconv.Atoi(m[1])
		minor, _ = strconv.Atoi(m[2])
	}
	// 2.9 brought k-NN with filters during the search for both engines.
	p.that(major == 2 && minor >= 9 && text == want.EngineVersion, "the engine is %s", text)
	kind, _ := d.Get("cluster_config", "instance_type").(string)
	p.that(kind == want.InstanceType && strings.HasSuffix(kind, ".search") && !strings.HasPrefix(kind, "t2."), "instances are %s", kind)
	p.that(d.Get("cluster_config", "instance_count") == float64(want.InstanceCount), "%v instances", d.Get("cluster_config", "instance_count"))
	masters := d.Get("cluster_config", "dedicated_master_count")
	p.that(want.MasterCount == 0 && masters == nil || masters == float64(want.MasterCount) && d.Get("cluster_config", "dedicated_master_type") == want.MasterType, "%v masters", masters)
	if want.ZoneCount > 1 {
		p.that(d.Get("cluster_config", "zone_awareness_enabled") == true && d.Get("cluster_config", "zone_awareness_config", "availability_zone_count") == float64(want.ZoneCount),
			"not spread over %d zones", want.ZoneCount)
	}
	p.that(d.Get("ebs_options", "ebs_enabled") == true && d.Get("ebs_options", "volume_size") == float64(want.VolumeGiB), "volumes of %v", d.Get("ebs_options", "volume_size"))
	p.that(d.Get("encrypt_at_rest", "enabled") == true && d.Get("encrypt_at_rest", "kms_key_id") == e.key(stacks.Data), "not encrypted at rest with the platform's key")
	policy, _ := d.Get("domain_endpoint_options", "tls_security_policy").(string)
	p.that(d.Get("node_to_node_encryption", "enabled") == true && d.Get("domain_endpoint_options", "enforce_https") == true && strings.HasPrefix(policy, "Policy-Min-TLS-1-2"), "not encrypted in transit")
	master, ok := referred(e.docs[stacks.Data], d.Get("advanced_security_options", "master_user_options", "master_user_arn"))
	p.that(ok && master.Type == "aws_iam_role" && d.Get("advanced_security_options", "enabled") == true && d.Get("advanced_security_options", "anonymous_auth_enabled") == false &&
		d.Get("advanced_security_options", "internal_user_database_enabled") == false, "no fine-grained access control by IAM")
	// An index named in a body would pass by what IAM says of the path.
	p.that(d.Get("advanced_options", "rest.action.multi.allow_explicit_index") == "false", "a bulk request may name any index")
	for _, s := range list(parse(d.Get("access_policies"))["Statement"]) {
		p.that(has(synth.Get(s, "Principal", "AWS"), e.cfg.GlobalARN("iam", "root")), "others than the account may ask")
	}
	p.that((d.Get("vpc_options") != nil) == e.cfg.Network.Enabled, "in the network: %v", d.Get("vpc_options") != nil)
	return p
}
