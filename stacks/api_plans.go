package stacks

import (
	"fmt"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// addPlans makes a usage plan for each tier and returns their ids as JSON by
// tier. The provisioner makes a key for each tenant and puts it into the plan
// of its tier: with a key for the tier, tenants would share its quota.
func addPlans(stack cdktf.TerraformStack, cfg envs.Config, rest blocks.RestAPI) *string {
	ids := map[string]string{}
	for _, t := range cfg.API.Tiers {
		plan := blocks.NewUsagePlan(stack, "plan-"+t.Name, rest, blocks.UsagePlanProps{
			Name: cfg.Name(t.Name), Description: fmt.Sprintf("Tenants of the tier %s", t.Name),
			RateLimit: t.RateLimit, BurstLimit: t.BurstLimit, QuotaPerDay: t.QuotaPerDay,
		})
		ids[t.Name] = *plan.Id()
	}
	return jsii.String(blocks.JSON(ids))
}

// parameterID is the construct id of a parameter: "api/usage-plans" without
// the slash.
func parameterID(name string) string {
	return strings.ReplaceAll(strings.TrimPrefix(name, "api/"), "/", "-")
}
