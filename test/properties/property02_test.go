package properties

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// place is where a setting stands: the attribute of the one resource of a type
// and path that there always is.
type place struct {
	stack, kind, path string
	at                []any
	want              func(c envs.Config) any
}

func number[T int | float64](f func(c envs.Config) T) func(envs.Config) any {
	return func(c envs.Config) any { return float64(f(c)) }
}

var places = []place{
	{stacks.Foundation, "aws_kms_key", "foundation/key", []any{"deletion_window_in_days"}, number(func(c envs.Config) int { return c.Keys.DeletionWindowDays })},
	{stacks.Foundation, "aws_kms_key", "foundation/key", []any{"rotation_period_in_days"}, number(func(c envs.Config) int { return c.Keys.RotationDays })},
	{stacks.Foundation, "aws_cognito_user_pool", "", []any{"mfa_configuration"}, func(c envs.Config) any { return c.Identity.MFA }},
	{stacks.Foundation, "aws_cognito_user_pool", "", []any{"password_policy", "minimum_length"}, number(func(c envs.Config) int { return c.Identity.PasswordMinLength })},
	{stacks.Foundation, "aws_cognito_user_pool_client", "", []any{"id_token_validity"}, number(func(c envs.Config) int { return c.Identity.IDTokenMinutes })},
	{stacks.Foundation, "aws_cognito_user_pool_client", "", []any{"refresh_token_validity"}, number(func(c envs.Config) int { return c.Identity.RefreshTokenHours })},
	{stacks.Foundation, "aws_cognito_user_pool_domain", "", []any{"domain"}, func(c envs.Config) any { return c.Identity.DomainPrefix }},
	{stacks.Data, "aws_opensearch_domain", "", []any{"engine_version"}, func(c envs.Config) any { return c.Search.EngineVersion }},
	{stacks.Data, "aws_opensearch_domain", "", []any{"cluster_config", "instance_type"}, func(c envs.Config) any { return c.Search.InstanceType }},
	{stacks.Data, "aws_opensearch_domain", "", []any{"cluster_config", "instance_count"}, number(func(c envs.Config) int { return c.Search.InstanceCount })},
	{stacks.Data, "aws_opensearch_domain", "", []any{"ebs_options", "volume_size"}, number(func(c envs.Config) int { return c.Search.VolumeGiB })},
	{stacks.Data, "aws_opensearch_domain", "", []any{"ebs_options", "iops"}, number(func(c envs.Config) int { return c.Search.VolumeIOPS })},
	{stacks.Data, "aws_opensearch_domain", "", []any{"ebs_options", "throughput"}, number(func(c envs.Config) int { return c.Search.VolumeMiBs })},
	{stacks.Data, "aws_opensearch_domain", "", []any{"snapshot_options", "automated_snapshot_start_hour"}, number(func(c envs.Config) int { return c.Search.SnapshotHourUTC })},
	{stacks.Data, "aws_dynamodb_table", "tickets/table", []any{"deletion_protection_enabled"}, func(c envs.Config) any { return c.Storage.DeletionProtection }},
	{stacks.Data, "aws_dynamodb_table", "tickets/table", []any{"point_in_time_recovery", "enabled"}, func(c envs.Config) any { return c.Storage.PointInTimeRecovery }},
	{stacks.Data, "aws_s3_bucket", "documents", []any{"force_destroy"}, func(c envs.Config) any { return c.Storage.ForceDestroy }},
	{stacks.Data, "aws_s3_bucket", "documents", []any{"bucket"}, func(c envs.Config) any { return c.BucketName("documents") }},
	{stacks.Compute, "aws_cloudwatch_log_group", "records", []any{"retention_in_days"}, number(func(c envs.Config) int { return c.Functions.LogRetention })},
	{stacks.Compute, "aws_lambda_function", "records", []any{"environment", "variables", contract.EnvLogLevel}, func(c envs.Config) any { return c.Functions.LogLevel }},
	{stacks.Compute, "aws_lambda_function", "records", []any{"environment", "variables", contract.EnvEnvironment}, func(c envs.Config) any { return c.Environment }},
	{stacks.Compute, "aws_lambda_function", "records", []any{"environment", "variables", contract.EnvAllowedOrigins}, func(c envs.Config) any { return strings.Join(c.API.Origins, ",") }},
	{stacks.Compute, "aws_lambda_function", "document-ingestion", []any{"environment", "variables", contract.EnvEmbeddingDims}, func(c envs.Config) any { return fmt.Sprint(c.AI.EmbeddingDimensions) }},
	{stacks.Compute, "aws_lambda_function_event_invoke_config", "records", []any{"maximum_event_age_in_seconds"}, number(func(c envs.Config) int { return c.Functions.AsyncMaxAgeSeconds })},
	{stacks.Compute, "aws_lambda_function_event_invoke_config", "records", []any{"maximum_retry_attempts"}, number(func(c envs.Config) int { return c.Functions.AsyncRetries })},
	{stacks.Orchestration, "aws_cloudwatch_event_archive", "", []any{"retention_days"}, number(func(c envs.Config) int { return c.Events.ArchiveDays })},
	{stacks.Orchestration, "aws_sqs_queue", "", []any{"message_retention_seconds"}, number(func(c envs.Config) int { return c.Events.DeadLetterDays * 86400 })},
	{stacks.Orchestration, "aws_sfn_state_machine", "", []any{"logging_configuration", "level"}, func(c envs.Config) any { return c.Events.WorkflowLogLevel }},
	{stacks.API, "aws_api_gateway_authorizer", "", []any{"authorizer_result_ttl_in_seconds"}, number(func(c envs.Config) int { return c.API.CacheTTLSeconds })},
	{stacks.API, "aws_api_gateway_method_settings", "", []any{"settings", "throttling_rate_limit"}, number(func(c envs.Config) float64 { return c.API.RateLimit })},
	{stacks.API, "aws_apigatewayv2_stage", "", []any{"default_route_settings", "throttling_burst_limit"}, number(func(c envs.Config) int { return c.API.WebSocketBurst })},
	{stacks.API, "aws_apigatewayv2_stage", "", []any{"default_route_settings", "throttling_rate_limit"}, number(func(c envs.Config) float64 { return c.API.WebSocketRate })},
	{stacks.API, "aws_cloudwatch_log_group", "rest/access-log", []any{"retention_in_days"}, number(func(c envs.Config) int { return c.API.AccessLogDays })},
	{stacks.Observability, "aws_cloudwatch_log_group", "trail", []any{"retention_in_days"}, number(func(c envs.Config) int { return c.Audit.LogRetentionDays })},
	{stacks.Observability, "aws_cloudwatch_metric_alarm", "alarm-search-storage", []any{"threshold"}, number(func(c envs.Config) int { return c.Alarms.FreeStorageMiB })},
}

// The output carries exactly the settings of the environment that it was made
// for.
func TestProperty02_Settings(t *testing.T) {
	var mutants []mutant
	for _, p := range places {
		mutants = append(mutants, change(fmt.Sprint("another value of ", p.kind, p.at, " in ", p.stack), p.stack, p.kind, p.path, setting("another", p.at...)))
	}
	other := func(name string, how func(e environment, d synth.Document)) mutant {
		return mutant{name: name, stack: stacks.API, change: func(e environment, d synth.Document) bool { how(e, d); return true }}
	}
	mutants = append(mutants,
		other("a name of another environment", func(e environment, d synth.Document) {
			put(map[string]any(d), e.cfg.Project+"-"+elsewhere(e.cfg)[0]+"-x", "resource", "aws_api_gateway_stage")
		}),
		other("another region", func(e environment, d synth.Document) {
			put(map[string]any(d), "eu-north-1", "provider", "aws", 0, "region")
		}),
		other("another account", func(e environment, d synth.Document) {
			put(map[string]any(d), []any{"999999999999"}, "provider", "aws", 0, "allowed_account_ids")
		}),
		other("another tag", func(e environment, d synth.Document) {
			put(map[string]any(d), "an owner that nobody draws", "provider", "aws", 0, "default_tags", 0, "tags", "Owner")
		}),
		other("the state of another environment", func(e environment, d synth.Document) {
			put(map[string]any(d), "x", "terraform", "backend", "s3", "key")
		}),
		change("a firewall that nobody asked for, or none", stacks.API, "aws_api_gateway_stage", "", func(map[string]any) {}).flip("aws_wafv2_web_acl"),
		change("a network that nobody asked for, or none", stacks.API, "aws_api_gateway_stage", "", func(map[string]any) {}).flip("aws_vpc"),
		change("subscriptions that nobody asked for", stacks.Orchestration, "aws_sns_topic", "", func(map[string]any) {}).flip("aws_sns_topic_subscription"))
	prove(t, stacks.Names(), settings, mutants...)
}

// flip is the mutant that has a type where there is none, and none where there
// is.
func (m mutant) flip(kind string) mutant {
	if kind == "aws_vpc" {
		m.stack = stacks.Foundation
	}
	return mutant{name: m.name, stack: m.stack, change: func(_ environment, d synth.Document) bool {
		resources := d["resource"].(map[string]any)
		if resources[kind] != nil {
			delete(resources, kind)
		} else {
			resources[kind] = map[string]any{"added": map[string]any{}}
		}
		return true
	}}
}

func elsewhere(c envs.Config) []string {
	return slices.DeleteFunc(envs.Names(), func(n string) bool { return n == c.Environment })
}

func settings(e environment) []string {
	var p problems
	for _, at := range places {
		r, ok := first(e.docs[at.stack], at.kind, at.path)
		if got := r.Get(at.at...); !ok || got != at.want(e.cfg) {
			p.add("%s %v is %v, want %v", at.kind, at.at, got, at.want(e.cfg))
		}
	}
	if len(p) > 0 {
		return p // the rest is a longer look
	}
	tags := map[string]any{}
	for k, v := range e.cfg.TagMap() {
		tags[k] = v
	}
	for name, d := range e.docs {
		aws := synth.Get(d["provider"], "aws", 0)
		p.that(synth.Get(aws, "region") == e.cfg.Account.Region, "%s is of another region", name)
		p.that(reflect.DeepEqual(synth.Get(aws, "allowed_account_ids"), []any{e.cfg.Account.ID}), "%s is for another account", name)
		p.that(reflect.DeepEqual(synth.Get(aws, "default_tags", 0, "tags"), any(tags)), "%s has other tags", name)
		p.that(synth.Get(d["terraform"], "backend", "s3", "key") == e.cfg.StateKey(name), "%s keeps its state elsewhere", name)
		for _, other := range elsewhere(e.cfg) {
			p.that(!mentions(d["resource"], e.cfg.Project+"-"+other+"-"), "%s names something of %s", name, other)
		}
	}
	count := func(stack, kind string) int { return len(e.docs[stack].Resources(kind)) }
	p.that((count(stacks.API, "aws_wafv2_web_acl") == 1) == e.cfg.API.WAF, "the firewall is not as asked for")
	p.that((count(stacks.Foundation, "aws_vpc") == 1) == e.cfg.Network.Enabled, "the network is not as asked for")
	p.that(count(stacks.Orchestration, "aws_sns_topic_subscription") == len(e.cfg.Alarms.Subscriptions), "other people are told")
	p.that(count(stacks.API, "aws_api_gateway_usage_plan") == len(e.cfg.API.Tiers), "other tiers")
	return p
}

// mentions is whether a text stands anywhere in v.
func mentions(v any, text string) bool {
	switch x := v.(type) {
	case string:
		return strings.Contains(x, text)
	case []any:
		return slices.ContainsFunc(x, func(item any) bool { return mentions(item, text) })
	case map[string]any:
		for item := range maps.Values(x) {
			if mentions(item, text) {
				return true
			}
		}
	}
	return false
}
