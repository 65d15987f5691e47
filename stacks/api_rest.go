package stacks

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// newRest makes the REST API of the route table. A route table that can't be
// built is a mistake in the program.
func newRest(stack cdktf.TerraformStack, cfg envs.Config, foundation FoundationOutputs, ai AIOutputs, compute ComputeOutputs, logging cdktf.ITerraformDependable) blocks.RestAPI {
	definition, err := blocks.DefineRest(contract.Routes(), cfg.API.Origins, cfg.API.CacheTTLSeconds)
	if err != nil {
		panic(err)
	}
	return blocks.NewRestAPI(stack, "rest", blocks.RestAPIProps{
		Name: cfg.Name("rest"), Description: "REST API of " + cfg.Prefix(), Definition: definition,
		UserPoolARN: foundation.UserPoolARN,
		Targets: map[string]blocks.Target{
			contract.AgentInvoke.Name:      target(compute.AgentInvoke.ServedFunction),
			contract.SafeActions.Name:      target(compute.SafeActions),
			contract.Records.Name:          target(compute.Records),
			contract.AgentProvisioner.Name: target(ai.AgentProvisioner.ServedFunction),
		},
		Stage:              stageProps(cfg, foundation.KMSKeyARN, cfg.API.RateLimit, cfg.API.BurstLimit, logging),
		DefaultEndpointOff: cfg.API.Domain.REST != "",
	})
}
