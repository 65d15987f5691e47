package stacks

import (
	"fmt"
	"strings"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// logFilter is a metric filter before it is placed.
type logFilter struct {
	ID    string
	Props blocks.LogMetricProps
}

// logFilters are all metric filters.
func logFilters(o observed, trailLogs *string) []logFilter {
	filters := trailFilters(o, trailLogs)
	for _, f := range o.functions() {
		filters = append(filters, logFilter{"security-" + f.Function.Name, blocks.LogMetricProps{
			Name: o.cfg.Name("security-" + f.Function.Name), LogGroup: f.LogGroup,
			// A field with any value: text, number or true.
			Pattern:   fmt.Sprintf("{ ($.%[1]s = *) || ($.%[1]s IS TRUE) }", contract.SecurityEventField),
			Namespace: contract.MetricNamespace, Metric: contract.MetricSecurityEvents,
			Dimensions: map[string]string{contract.DimensionEnvironment: "$." + contract.LogEnvironment},
		}})
	}
	if o.cfg.AI.InvocationLogging {
		filters = append(filters, invocationFilters(o)...)
	}
	return filters
}

// trailFilters count in the audit trail what the CIS AWS Foundations Benchmark
// (section "Monitoring") wants to be alarmed about.
func trailFilters(o observed, logs *string) []logFilter {
	filter := func(id, metric, pattern string) logFilter {
		return logFilter{"trail-" + id, blocks.LogMetricProps{
			Name: o.cfg.Name("trail-" + id), LogGroup: logs, Pattern: pattern, Namespace: o.accountNamespace(), Metric: metric,
		}}
	}
	return []logFilter{
		filter("refused-calls", contract.MetricAuthorizationFailures, refusedCalls),
		filter("root", contract.MetricRootUsage,
			`{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }`),
		filter("iam", contract.MetricIAMChanges, iamChanges(*o.ai.AgentProvisioner.RoleName)),
		filter("keys", contract.MetricKeyChanges,
			`{ ($.eventSource = "kms.amazonaws.com") && `+trailEventNamed("DisableKey", "ScheduleKeyDeletion")+` }`),
		filter("trail", contract.MetricTrailChanges,
			`{ ($.eventSource = "cloudtrail.amazonaws.com") && `+trailEventNamed("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging", "PutEventSelectors")+` }`),
	}
}

// refusedCalls leaves out what AWS services try on their own: log delivery and
// S3's look whether a bucket is there.
const refusedCalls = `{ (($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*"))` +
	` && ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }`

// iamChanges are changes of who may do what. The provisioner writes and deletes
// the policies of tenants' roles all day, within its permissions boundary:
// those two calls of its role are left out, any other is not.
func iamChanges(provisionerRole string) string {
	const issuer = "$.userIdentity.sessionContext.sessionIssuer.userName"
	always := trailEventNamed(
		"AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy", "CreateAccessKey", "CreatePolicy*", "DeleteGroupPolicy", "DeletePolicy*",
		"DeleteRolePermissionsBoundary", "DeleteUserPolicy", "DetachGroupPolicy", "DetachRolePolicy", "DetachUserPolicy",
		"PutGroupPolicy", "PutUserPolicy", "SetDefaultPolicyVersion", "UpdateAssumeRolePolicy",
	)
	tenantRoles := trailEventNamed("DeleteRolePolicy", "PutRolePolicy")
	return fmt.Sprintf(`{ ($.eventSource = "iam.amazonaws.com") && (%s || (%s && ((%s NOT EXISTS) || (%s != "%s")))) }`,
		always, tenantRoles, issuer, issuer, provisionerRole)
}

// trailEventNamed matches events of any of the names.
func trailEventNamed(names ...string) string {
	terms := make([]string, len(names))
	for i, n := range names {
		terms[i] = `($.eventName = "` + n + `")`
	}
	return "(" + strings.Join(terms, " || ") + ")"
}

// invocationFilters count calls and tokens by model in Bedrock's invocation
// log, which has the calls of tenants' agents too.
func invocationFilters(o observed) []logFilter {
	filter := func(id, metric, field, value string) logFilter {
		return logFilter{"models-" + id, blocks.LogMetricProps{
			Name: o.cfg.Name("models-" + id), LogGroup: o.ai.InvocationLogGroup, Pattern: "{ $." + field + " = * }",
			Namespace: o.accountNamespace(), Metric: metric, Value: value, Dimensions: map[string]string{contract.DimensionModel: "$.modelId"},
		}}
	}
	return []logFilter{
		filter("invocations", contract.MetricBedrockInvocations, "modelId", "1"),
		filter("tokens-in", contract.MetricTokensIn, "input.inputTokenCount", "$.input.inputTokenCount"),
		filter("tokens-out", contract.MetricTokensOut, "output.outputTokenCount", "$.output.outputTokenCount"),
	}
}
