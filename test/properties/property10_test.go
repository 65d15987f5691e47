package properties

import (
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// Every endpoint (REST, WebSocket, S3, OpenSearch, SNS, SQS) refuses anything
// below TLS 1.2 or unencrypted, as far as the service lets a policy say so.
func TestProperty10_EncryptedTransit(t *testing.T) {
	open := func(kind, stack string) mutant {
		return change(kind+" takes plain text", stack, kind, "", without("TLSOnly"))
	}
	domain := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Data, "aws_opensearch_domain", "", how)
	}
	prove(t, stacks.Names(), encryptedTransit,
		open("aws_s3_bucket_policy", stacks.Data), open("aws_s3_bucket_policy", stacks.AI), open("aws_s3_bucket_policy", stacks.Observability),
		open("aws_sns_topic_policy", stacks.Orchestration), open("aws_sqs_queue_policy", stacks.Compute), open("aws_sqs_queue_policy", stacks.Orchestration),
		open("aws_api_gateway_rest_api_policy", stacks.API),
		change("bucket takes TLS 1.1", stacks.Data, "aws_s3_bucket_policy", "documents", without("TLS12OrNewer")),
		change("bucket takes TLS 1.0 and 1.1 for reading", stacks.Data, "aws_s3_bucket_policy", "documents", inJSON("policy", func(m map[string]any) {
			for _, s := range list(m["Statement"]) {
				if synth.Get(s, "Sid") == "TLS12OrNewer" {
					put(s, []any{"s3:PutObject"}, "Action")
				}
			}
		})),
		change("the bucket's objects are left out", stacks.Data, "aws_s3_bucket_policy", "documents", inJSON("policy", func(m map[string]any) {
			for _, s := range list(m["Statement"]) {
				put(s, list(synth.Get(s, "Resource"))[:1], "Resource")
			}
		})),
		drop("bucket without policy", stacks.AI, "aws_s3_bucket_policy", ""), drop("queue without policy", stacks.AI, "aws_sqs_queue_policy", ""),
		drop("topic without policy", stacks.Orchestration, "aws_sns_topic_policy", ""), drop("REST API without policy", stacks.API, "aws_api_gateway_rest_api_policy", ""),
		change("plain HTTP subscription", stacks.Orchestration, "aws_sns_topic_subscription", "", setting("http", "protocol")),
		change("REST domain with TLS 1.0", stacks.API, "aws_api_gateway_domain_name", "", setting("TLS_1_0", "security_policy")),
		change("WebSocket domain with TLS 1.0", stacks.API, "aws_apigatewayv2_domain_name", "", setting("TLS_1_0", "domain_name_configuration", "security_policy")),
		mutant{name: "REST API beside its domain", stack: stacks.API, change: func(e environment, d synth.Document) bool {
			r, _ := first(d, "aws_api_gateway_rest_api", "")
			put(r.Attributes, false, "disable_execute_api_endpoint")
			return e.cfg.API.Domain != (envs.Domain{})
		}},
		mutant{name: "WebSocket API beside its domain", stack: stacks.API, change: func(e environment, d synth.Document) bool {
			r, _ := first(d, "aws_apigatewayv2_api", "")
			put(r.Attributes, false, "disable_execute_api_endpoint")
			return e.cfg.API.Domain != (envs.Domain{})
		}},
		domain("search takes plain text", setting(false, "domain_endpoint_options", "enforce_https")),
		domain("search takes TLS 1.0", setting("Policy-Min-TLS-1-0-2019-07", "domain_endpoint_options", "tls_security_policy")),
		domain("search nodes talk plain text", setting(false, "node_to_node_encryption", "enabled")),
	)
}

func encryptedTransit(e environment) []string {
	var p problems
	for stack, d := range e.docs {
		for _, kind := range []struct{ resource, policy, refers, action string }{
			{"aws_s3_bucket", "aws_s3_bucket_policy", "bucket", "s3:*"},
			{"aws_sqs_queue", "aws_sqs_queue_policy", "queue_url", "sqs:*"},
			{"aws_sns_topic", "aws_sns_topic_policy", "arn", "sns:Publish"}, // of a topic's actions the one that carries data
			{"aws_api_gateway_rest_api", "aws_api_gateway_rest_api_policy", "rest_api_id", "execute-api:Invoke"},
		} {
			for _, r := range d.Resources(kind.resource) {
				policies := owned(d, kind.policy, kind.refers, r)
				if len(policies) != 1 {
					p.add("%s in %s has %d policies", named(r), stack, len(policies))
					continue
				}
				whole := 1
				if kind.resource == "aws_s3_bucket" {
					whole = 2 // the bucket and its objects
					p.that(denies(policies[0], kind.action, whole, "NumericLessThan", "s3:TlsVersion", "1.2"), "%s in %s takes less than TLS 1.2", named(r), stack)
				}
				p.that(denies(policies[0], kind.action, whole, "Bool", "aws:SecureTransport", "false"), "%s in %s takes plain text", named(r), stack)
			}
		}
		for _, s := range d.Resources("aws_sns_topic_subscription") {
			p.that(s.Get("protocol") != "http" && (s.Get("protocol") != "https" || strings.HasPrefix(s.Get("endpoint").(string), "https://")), "%s in plain text", named(s))
		}
		// API Gateway's own endpoints take TLS 1.2 and newer for neither policy nor
		// setting to say; where a domain is given they are closed.
		own := e.cfg.API.Domain != (envs.Domain{})
		for _, a := range slices.Concat(d.Resources("aws_api_gateway_rest_api"), d.Resources("aws_apigatewayv2_api")) {
			p.that(!own || a.Get("disable_execute_api_endpoint") == true, "%s answers beside its domain", named(a))
		}
		for _, n := range d.Resources("aws_api_gateway_domain_name") {
			p.that(n.Get("security_policy") == "TLS_1_2", "%s takes less than TLS 1.2", named(n))
		}
		for _, n := range d.Resources("aws_apigatewayv2_domain_name") {
			p.that(n.Get("domain_name_configuration", "security_policy") == "TLS_1_2", "%s takes less than TLS 1.2", named(n))
		}
		for _, s := range d.Resources("aws_opensearch_domain") {
			policy, _ := s.Get("domain_endpoint_options", "tls_security_policy").(string)
			p.that(s.Get("domain_endpoint_options", "enforce_https") == true && strings.HasPrefix(policy, "Policy-Min-TLS-1-2"), "%s takes less than TLS 1.2", named(s))
			p.that(s.Get("node_to_node_encryption", "enabled") == true, "the nodes of %s talk plain text", named(s))
		}
	}
	return p
}

// denies is whether the policy refuses everyone the action on that many
// resources, by that condition alone.
func denies(policy synth.Resource, action string, resources int, operator, key, value string) bool {
	return slices.ContainsFunc(list(parse(policy.Get("policy"))["Statement"]), func(s any) bool {
		conditions, _ := synth.Get(s, "Condition").(map[string]any)
		keys, _ := conditions[operator].(map[string]any)
		return synth.Get(s, "Effect") == "Deny" && synth.Get(s, "Principal") == "*" && has(synth.Get(s, "Action"), action) &&
			len(list(synth.Get(s, "Resource"))) == resources && len(conditions) == 1 && len(keys) == 1 && has(keys[key], value)
	})
}
