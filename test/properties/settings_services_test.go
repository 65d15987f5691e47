package properties

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
)

// servicePlaces are where the settings of the other stacks stand.
var servicePlaces = slices.Concat(functionPlaces, agentPlaces, apiPlaces, operationPlaces)

// functionStacks are the stacks that have functions.
var functionStacks = []string{stacks.AI, stacks.Compute}

// byFunction is a setting of single functions, by their names in full.
func byFunction(sizes func(c envs.Config) map[string]int) func(envs.Config) any {
	return func(c envs.Config) any {
		all := map[string]int{}
		for name, size := range sizes(c) {
			all[c.Name(name)] = size
		}
		return all
	}
}

// records is a setting of one function, as of all.
func records(field, kind string, want func(c envs.Config) any, steps ...any) place {
	return at(field, stacks.Compute, kind, "records", want, steps...)
}

var functionPlaces = []place{
	records("Environment", "aws_lambda_function", value(func(c envs.Config) string { return c.Environment }), "environment", "variables", contract.EnvEnvironment),
	records("API.Origins", "aws_lambda_function", value(func(c envs.Config) string { return strings.Join(c.API.Origins, ",") }), "environment", "variables", contract.EnvAllowedOrigins),
	records("Functions.LogLevel", "aws_lambda_function", value(func(c envs.Config) string { return c.Functions.LogLevel }), "environment", "variables", contract.EnvLogLevel),
	records("Functions.LogRetention", "aws_cloudwatch_log_group", value(func(c envs.Config) int { return c.Functions.LogRetention }), "retention_in_days"),
	records("Functions.AsyncMaxAgeSeconds", "aws_lambda_function_event_invoke_config", value(func(c envs.Config) int { return c.Functions.AsyncMaxAgeSeconds }), "maximum_event_age_in_seconds"),
	records("Functions.AsyncRetries", "aws_lambda_function_event_invoke_config", value(func(c envs.Config) int { return c.Functions.AsyncRetries }), "maximum_retry_attempts"),
	each("Functions.ReservedConcurrency", functionStacks, "aws_lambda_function", "function_name", byFunction(func(c envs.Config) map[string]int { return c.Functions.ReservedConcurrency }), "reserved_concurrent_executions"),
	each("Functions.ProvisionedConcurrency", functionStacks, "aws_lambda_provisioned_concurrency_config", "function_name", byFunction(func(c envs.Config) map[string]int { return c.Functions.ProvisionedConcurrency }), "provisioned_concurrent_executions"),
	at("AI.EmbeddingDimensions", stacks.Compute, "aws_lambda_function", "document-ingestion", value(func(c envs.Config) string { return fmt.Sprint(c.AI.EmbeddingDimensions) }), "environment", "variables", contract.EnvEmbeddingDims),
}

// definition is a setting in the agents' definition.
func definition(field string, want func(c envs.Config) any, steps ...any) place {
	return at(field, stacks.AI, "aws_s3_object", "agent/definition", want, append([]any{"content"}, steps...)...)
}

// guardrail is a setting of the guardrail.
func guardrail(field string, want func(c envs.Config) any, steps ...any) place {
	return at(field, stacks.AI, "aws_bedrock_guardrail", "", want, steps...)
}

func logged(c envs.Config) bool { return c.AI.InvocationLogging }

var agentPlaces = []place{
	definition("AI.GenerationModel", value(func(c envs.Config) string { return c.GenerationModel().InvokeID() }), "model", "id"),
	definition("AI.EmbeddingModel", value(func(c envs.Config) string { return c.EmbeddingModel().InvokeID() }), "retrieval", "embeddingModelId"),
	definition("AI.EmbeddingDimensions", value(func(c envs.Config) int { return c.AI.EmbeddingDimensions }), "retrieval", "dimensions"),
	definition("AI.Temperature", value(func(c envs.Config) float64 { return c.AI.Temperature }), "model", "temperature"),
	definition("AI.MaxTokens", value(func(c envs.Config) int { return c.AI.MaxTokens }), "model", "maxTokens"),
	definition("AI.MaxSources", value(func(c envs.Config) int { return c.AI.MaxSources }), "retrieval", "maxSources"),
	definition("Search.MinScore", value(func(c envs.Config) float64 { return c.Search.MinScore }), "retrieval", "minScore"),
	definition("Functions.LogRetention", value(func(c envs.Config) int { return c.Functions.LogRetention }), "runtime", "logRetentionDays"),
	there("AI.InvocationLogging", stacks.AI, "aws_bedrock_model_invocation_logging_configuration", "", logged),
	at("AI.InvocationLogDays", stacks.AI, "aws_cloudwatch_log_group", "model-invocations", where(logged, func(c envs.Config) int { return c.AI.InvocationLogDays }), "retention_in_days"),
	granted,
	guardrail("AI.Guardrail.FilterStrength", value(func(c envs.Config) string { return c.AI.Guardrail.FilterStrength }), "content_policy_config", "filters_config", with{"type", "HATE"}, "output_strength"),
	guardrail("AI.Guardrail.GroundingThreshold", value(func(c envs.Config) float64 { return c.AI.Guardrail.GroundingThreshold }), "contextual_grounding_policy_config", "filters_config", with{"type", "GROUNDING"}, "threshold"),
	guardrail("AI.Guardrail.RelevanceThreshold", value(func(c envs.Config) float64 { return c.AI.Guardrail.RelevanceThreshold }), "contextual_grounding_policy_config", "filters_config", with{"type", "RELEVANCE"}, "threshold"),
	guardrail("AI.Guardrail.CompetitorNames", func(c envs.Config) any {
		var words []map[string]string
		for _, w := range c.AI.Guardrail.CompetitorNames {
			words = append(words, map[string]string{"text": w})
		}
		return words
	}, "word_policy_config", "words_config"),
	guardrail("AI.Guardrail.BlockedPII", entities, "sensitive_information_policy_config", "pii_entities_config"),
	guardrail("AI.Guardrail.AnonymizedPII", entities, "sensitive_information_policy_config", "pii_entities_config"),
}

// granted is the models that agents may call, by their ids on Bedrock.
var granted = place{
	field: "AI.Models", what: "the agents' rights", stack: stacks.AI,
	want: func(c envs.Config) any {
		ids := map[string]bool{}
		for _, name := range c.AI.Models {
			ids[envs.Catalogue()[name].ID] = true
		}
		return ids
	},
	read: func(e environment) any {
		ids := map[string]bool{}
		r, _ := first(e.docs[stacks.AI], "aws_s3_object", "agent/definition")
		text, _ := r.Get("content").(string)
		for _, m := range foundationModel.FindAllStringSubmatch(text, -1) {
			ids[m[1]] = true
		}
		return ids
	},
	wrong: func(e environment) bool {
		r, _ := first(e.docs[stacks.AI], "aws_s3_object", "agent/definition")
		text, _ := r.Get("content").(string)
		r.Attributes["content"] = strings.Replace(text, "foundation-model/", "foundation-model/another-", 1)
		return r.Attributes["content"] != text
	},
}

var foundationModel = regexp.MustCompile(`foundation-model/([^"\\]+)`)

// entities is what the guardrail does with personal data.
func entities(c envs.Config) any {
	var all []map[string]string
	for _, e := range c.AI.Guardrail.BlockedPII {
		all = append(all, map[string]string{"action": "BLOCK", "type": e})
	}
	for _, e := range c.AI.Guardrail.AnonymizedPII {
		all = append(all, map[string]string{"action": "ANONYMIZE", "type": e})
	}
	return all
}

// tier is a setting of every usage plan.
func tier(field string, setting func(t envs.Tier) any, steps ...any) place {
	return each(field, []string{stacks.API}, "aws_api_gateway_usage_plan", "name", func(c envs.Config) any {
		all := map[string]any{}
		for _, t := range c.API.Tiers {
			all[c.Name(t.Name)] = setting(t)
		}
		return all
	}, steps...)
}

func guarded(c envs.Config) bool { return c.API.WAF }
func hosted(c envs.Config) bool  { return c.API.Domain != envs.Domain{} }
func routed(c envs.Config) bool  { return c.API.Domain.HostedZoneID != "" }

var apiPlaces = []place{
	there("Account.OwnsSingletons", stacks.API, "aws_api_gateway_account", "", func(c envs.Config) bool { return c.Account.OwnsSingletons }),
	at("API.CacheTTLSeconds", stacks.API, "aws_api_gateway_authorizer", "", value(func(c envs.Config) int { return c.API.CacheTTLSeconds }), "authorizer_result_ttl_in_seconds"),
	at("API.RateLimit", stacks.API, "aws_api_gateway_method_settings", "", value(func(c envs.Config) float64 { return c.API.RateLimit }), "settings", "throttling_rate_limit"),
	at("API.BurstLimit", stacks.API, "aws_api_gateway_method_settings", "", value(func(c envs.Config) int { return c.API.BurstLimit }), "settings", "throttling_burst_limit"),
	at("API.WebSocketBurst", stacks.API, "aws_apigatewayv2_stage", "", value(func(c envs.Config) int { return c.API.WebSocketBurst }), "default_route_settings", "throttling_burst_limit"),
	at("API.WebSocketRate", stacks.API, "aws_apigatewayv2_stage", "", value(func(c envs.Config) float64 { return c.API.WebSocketRate }), "default_route_settings", "throttling_rate_limit"),
	at("API.AccessLogDays", stacks.API, "aws_cloudwatch_log_group", "rest/access-log", value(func(c envs.Config) int { return c.API.AccessLogDays }), "retention_in_days"),
	at("API.AccessLogDays", stacks.API, "aws_cloudwatch_log_group", "websocket/access-log", value(func(c envs.Config) int { return c.API.AccessLogDays }), "retention_in_days"),
	at("API.Origins", stacks.Data, "aws_s3_bucket_cors_configuration", "documents", value(func(c envs.Config) []string { return c.API.Origins }), "cors_rule", 0, "allowed_origins"),
	there("API.WAF", stacks.API, "aws_wafv2_web_acl", "", guarded),
	at("API.WAFRatePerIP", stacks.API, "aws_wafv2_web_acl", "", where(guarded, func(c envs.Config) int { return c.API.WAFRatePerIP }), "rule", with{"name", "rate-per-ip"}, "statement", "rate_based_statement", "limit"),
	tier("API.Tiers.Name", func(t envs.Tier) any { return "Tenants of the tier " + t.Name }, "description"),
	tier("API.Tiers.RateLimit", func(t envs.Tier) any { return t.RateLimit }, "throttle_settings", "rate_limit"),
	tier("API.Tiers.BurstLimit", func(t envs.Tier) any { return t.BurstLimit }, "throttle_settings", "burst_limit"),
	tier("API.Tiers.QuotaPerDay", func(t envs.Tier) any { return t.QuotaPerDay }, "quota_settings", "limit"),
	at("API.Domain.REST", stacks.API, "aws_api_gateway_domain_name", "", where(hosted, func(c envs.Config) string { return c.API.Domain.REST }), "domain_name"),
	at("API.Domain.WebSocket", stacks.API, "aws_apigatewayv2_domain_name", "", where(hosted, func(c envs.Config) string { return c.API.Domain.WebSocket }), "domain_name"),
	at("API.Domain.CertificateARN", stacks.API, "aws_api_gateway_domain_name", "", where(hosted, func(c envs.Config) string { return c.API.Domain.CertificateARN }), "regional_certificate_arn"),
	at("API.Domain.CertificateARN", stacks.API, "aws_apigatewayv2_domain_name", "", where(hosted, func(c envs.Config) string { return c.API.Domain.CertificateARN }), "domain_name_configuration", "certificate_arn"),
	at("API.Domain.HostedZoneID", stacks.API, "aws_route53_record", "rest-domain", where(routed, func(c envs.Config) string { return c.API.Domain.HostedZoneID }), "zone_id"),
	at("API.Domain.HostedZoneID", stacks.API, "aws_route53_record", "websocket-domain", where(routed, func(c envs.Config) string { return c.API.Domain.HostedZoneID }), "zone_id"),
}

// ingestion is a setting in the definition of the ingestion machine.
func ingestion(field string, want func(c envs.Config) any, steps ...any) place {
	return at(field, stacks.Orchestration, "aws_sfn_state_machine", ingestionPath, want, append([]any{"definition", "States"}, steps...)...)
}

// alarm is a setting of an alarm.
func alarm(field, id string, want func(c envs.Config) any, steps ...any) place {
	return at(field, stacks.Observability, "aws_cloudwatch_metric_alarm", "alarm-"+id, want, steps...)
}

var operationPlaces = []place{
	at("Events.ArchiveDays", stacks.Orchestration, "aws_cloudwatch_event_archive", "", value(func(c envs.Config) int { return c.Events.ArchiveDays }), "retention_days"),
	at("Events.DeadLetterDays", stacks.Orchestration, "aws_sqs_queue", "", value(func(c envs.Config) int { return c.Events.DeadLetterDays * 86400 }), "message_retention_seconds"),
	each("Events.DeadLetterDays", functionStacks, "aws_sqs_queue", "name", func(c envs.Config) any {
		all := map[string]int{}
		for _, f := range contract.Functions() {
			all[c.Name(f.Name)+"-dead-letters"] = c.Events.DeadLetterDays * 86400
		}
		return all
	}, "message_retention_seconds"),
	at("Events.WorkflowLogLevel", stacks.Orchestration, "aws_sfn_state_machine", ingestionPath, value(func(c envs.Config) string { return c.Events.WorkflowLogLevel }), "logging_configuration", "level"),
	ingestion("Events.ApprovalRequired", value(func(c envs.Config) bool { return c.Events.ApprovalRequired }), "Validate", "Parameters", "Payload", "approvalRequired"),
	ingestion("Events.ApprovalDays", where(func(c envs.Config) bool { return c.Events.ApprovalRequired }, func(c envs.Config) int { return c.Events.ApprovalDays * 86400 }), "AwaitApproval", "TimeoutSeconds"),
	ingestion("Events.EmbedConcurrency", value(func(c envs.Config) int { return c.Events.EmbedConcurrency }), "Embed", "MaxConcurrency"),
	each("Alarms.Subscriptions.Endpoint", []string{stacks.Orchestration}, "aws_sns_topic_subscription", "endpoint", func(c envs.Config) any {
		all := map[string]string{}
		for _, s := range c.Alarms.Subscriptions {
			all[s.Endpoint] = s.Endpoint
		}
		return all
	}, "endpoint"),
	each("Alarms.Subscriptions.Protocol", []string{stacks.Orchestration}, "aws_sns_topic_subscription", "endpoint", func(c envs.Config) any {
		all := map[string]string{}
		for _, s := range c.Alarms.Subscriptions {
			all[s.Endpoint] = s.Protocol
		}
		return all
	}, "protocol"),
	alarm("Alarms.ErrorRatePercent", "error-rate", value(func(c envs.Config) float64 { return c.Alarms.ErrorRatePercent }), "threshold"),
	alarm("Alarms.LatencyP99Seconds", "chat-latency-p99", value(func(c envs.Config) float64 { return c.Alarms.LatencyP99Seconds * 1000 }), "threshold"),
	alarm("Alarms.EvaluationMinutes", "chat-latency-p99", value(func(c envs.Config) int { return c.Alarms.EvaluationMinutes * 60 }), "period"),
	alarm("Alarms.DeadLetters", "events-dead-letters", value(func(c envs.Config) int { return c.Alarms.DeadLetters }), "threshold"),
	alarm("Alarms.FreeStorageMiB", "search-storage", value(func(c envs.Config) int { return c.Alarms.FreeStorageMiB }), "threshold"),
	at("Alarms.DashboardPeriodSec", stacks.Observability, "aws_cloudwatch_dashboard", "", value(func(c envs.Config) int { return c.Alarms.DashboardPeriodSec }), "dashboard_body", "widgets", with{"type", "metric"}, "properties", "period"),
	at("Audit.LogRetentionDays", stacks.Observability, "aws_cloudwatch_log_group", "trail", value(func(c envs.Config) int { return c.Audit.LogRetentionDays }), "retention_in_days"),
	at("Audit.RetentionDays", stacks.Observability, "aws_s3_bucket_lifecycle_configuration", "trail", value(func(c envs.Config) int { return c.Audit.RetentionDays }), "rule", with{"id", "expire"}, "expiration", "days"),
	at("Audit.DataEvents", stacks.Observability, "aws_cloudtrail", "", where(func(c envs.Config) bool { return c.Audit.DataEvents }, func(envs.Config) []string { return []string{"Data"} }), "advanced_event_selector", with{"name", "Objects"}, "field_selector", 0, "equals"),
}
