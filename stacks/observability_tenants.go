package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchcontributorinsightrule"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// tenantRule is a Contributor Insights rule: it ranks tenants by a metric.
type tenantRule struct{ ID, Metric string }

func tenantRules() []tenantRule {
	return []tenantRule{{"tenant-requests", contract.MetricTenantRequests}, {"tenant-errors", contract.MetricErrors}}
}

// tenantRuleDefinition ranks tenants by the sum of a metric, as the functions
// write it to their logs in CloudWatch's embedded format: the metric and its
// dimensions are fields of the line. See "Contributor Insights rule syntax".
func tenantRuleDefinition(metric string, logGroups []*string) string {
	return blocks.JSON(map[string]any{
		"Schema":        map[string]any{"Name": "CloudWatchLogRule", "Version": 1},
		"LogGroupNames": logGroups,
		"LogFormat":     "JSON",
		"Contribution": map[string]any{
			"Keys":    []string{"$." + contract.DimensionTenant},
			"ValueOf": "$." + metric,
			"Filters": []any{map[string]any{"Match": "$." + metric, "GreaterThan": 0}},
		},
		"AggregateOn": "Sum",
	})
}

func addTenantInsights(stack cdktf.TerraformStack, o observed) {
	for _, r := range tenantRules() {
		cloudwatchcontributorinsightrule.NewCloudwatchContributorInsightRule(stack, jsii.String(r.ID),
			&cloudwatchcontributorinsightrule.CloudwatchContributorInsightRuleConfig{
				RuleName: jsii.String(o.cfg.Name(r.ID)), RuleState: jsii.String("ENABLED"),
				RuleDefinition: jsii.String(tenantRuleDefinition(r.Metric, o.logGroups())),
			})
	}
}
