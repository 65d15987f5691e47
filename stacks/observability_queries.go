package stacks

import (
	"fmt"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchquerydefinition"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
)

// savedQuery is a query of CloudWatch Logs Insights for people on call.
type savedQuery struct {
	ID        string
	LogGroups []*string
	Lines     []string // the query's commands
}

// savedQueries are all saved queries. The functions' metrics stand in their
// logs in embedded format, so that a metric's name is a field.
func savedQueries(o observed, trailLogs *string) []savedQuery {
	tenant, all := contract.DimensionTenant, o.logGroups()
	chat := []*string{o.compute.AgentInvoke.LogGroup}
	queries := []savedQuery{
		{"slow-chats", chat, []string{
			fmt.Sprintf("fields @timestamp, %s, %s, %s, %s, %s", tenant, contract.MetricChatLatency, contract.MetricTimeToFirstResponse, contract.LogRequestID, contract.LogTraceID),
			fmt.Sprintf("filter %s > %g", contract.MetricChatLatency, 1000*o.cfg.Alarms.LatencyP99Seconds),
			"sort " + contract.MetricChatLatency + " desc",
			"limit 100",
		}},
		{"errors-by-function", all, []string{
			`filter level = "ERROR" or @message like /Task timed out|Runtime\.|panic:/`,
			fmt.Sprintf("stats count(*) as errors, latest(%s) as lastRequest by %s, message", contract.LogRequestID, contract.LogFunction),
			"sort errors desc",
		}},
		{"refusals", chat, []string{
			fmt.Sprintf("filter %s > 0", contract.MetricRefusals),
			fmt.Sprintf("stats sum(%s) as refusals by %s, bin(1h)", contract.MetricRefusals, tenant),
			"sort refusals desc",
		}},
		{"retrieval-quality", chat, []string{
			fmt.Sprintf("filter ispresent(%s)", contract.MetricRetrievalHits),
			fmt.Sprintf("stats count(*) as answers, avg(%[1]s) as hits, pct(%[1]s, 10) as fewest by %[2]s", contract.MetricRetrievalHits, tenant),
			"sort hits asc",
		}},
		// How near the nearest passages were to what was answered, and to what was not:
		// between the two belongs the threshold.
		{"retrieval-threshold", chat, []string{
			fmt.Sprintf("filter %s > 0", contract.LogBestScore),
			fmt.Sprintf("fields floor(%s * 50) / 50 as score", contract.LogBestScore),
			fmt.Sprintf("stats count(*) as answers by score, %s", contract.LogRefused),
			"sort score asc",
		}},
		{"requests-by-tenant", all, []string{
			fmt.Sprintf("filter %s > 0", contract.MetricTenantRequests),
			fmt.Sprintf("stats sum(%s) as requests by %s, %s", contract.MetricTenantRequests, tenant, contract.LogFunction),
			"sort requests desc",
		}},
		{"security-events", all, []string{
			fmt.Sprintf("fields @timestamp, %s, %s, %s, message, %s", contract.LogFunction, contract.LogTenant, contract.SecurityEventField, contract.LogRequestID),
			fmt.Sprintf("filter ispresent(%s)", contract.SecurityEventField),
			"sort @timestamp desc",
		}},
		{"refused-calls", []*string{trailLogs}, []string{
			"filter errorCode like /UnauthorizedOperation|AccessDenied/",
			"stats count(*) as calls, latest(errorMessage) as message by userIdentity.arn, eventSource, eventName",
			"sort calls desc",
		}},
		{"who-reached-tenant-data", []*string{trailLogs}, []string{
			`filter eventCategory = "Data"`,
			"stats count(*) as calls by userIdentity.sessionContext.sessionIssuer.userName, eventSource, eventName, bin(1h)",
			"sort calls desc",
		}},
	}
	if o.cfg.AI.InvocationLogging {
		// A tenant's agent calls under the tenant's own role, so that the caller's
		// role tells the tenant.
		queries = append(queries, savedQuery{"model-cost", []*string{o.ai.InvocationLogGroup}, []string{
			"parse identity.arn '*:assumed-role/*/*' as account, caller, session",
			"stats count(*) as invocations, sum(input.inputTokenCount) as inputTokens, sum(output.outputTokenCount) as outputTokens by modelId, caller",
			"sort outputTokens desc",
		}})
	}
	return queries
}

func addQueries(stack cdktf.TerraformStack, o observed, trailLogs *string) {
	for _, q := range savedQueries(o, trailLogs) {
		groups := q.LogGroups
		cloudwatchquerydefinition.NewCloudwatchQueryDefinition(stack, jsii.String("query-"+q.ID), &cloudwatchquerydefinition.CloudwatchQueryDefinitionConfig{
			// The slash makes a folder of the environment.
			Name: jsii.String(o.cfg.Prefix() + "/" + q.ID), LogGroupNames: &groups, QueryString: jsii.String(strings.Join(q.Lines, "\n| ")),
		})
	}
}
