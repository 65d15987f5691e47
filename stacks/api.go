package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// APIInputs is what api needs of earlier stacks.
type APIInputs struct {
	Foundation Upstream[FoundationOutputs]
	AI         Upstream[AIOutputs]
	Compute    Upstream[ComputeOutputs]
}

// NewAPI makes the stack through which clients reach the platform: the REST API
// and the WebSocket API, with their stages, domains, usage plans and firewall.
func NewAPI(scope constructs.Construct, id string, cfg envs.Config, in APIInputs) (cdktf.TerraformStack, APIOutputs) {
	stack := newStack(scope, id, cfg)
	foundation, ai, compute := in.Foundation(stack), in.AI(stack), in.Compute(stack)
	var logging cdktf.ITerraformDependable
	if cfg.Account.OwnsSingletons {
		logging = blocks.NewAPIGatewayAccount(stack, "account", cfg.Partition(), cfg.Name("api-logs"))
	}
	rest := newRest(stack, cfg, foundation, ai, compute, logging)
	socket := newSocket(stack, cfg, foundation, compute, logging)
	out := APIOutputs{
		RestAPIName: rest.Resource.Name(), RestStage: rest.Stage.StageName(), RestEndpoint: rest.Stage.InvokeUrl(),
		WebSocketAPI: socket.Resource.Id(), WebSocketStage: socket.Stage.Name(), WebSocketEndpoint: socket.Stage.InvokeUrl(),
	}
	if d := cfg.API.Domain; d.REST != "" {
		addDomains(stack, d, rest, socket)
		out.RestEndpoint, out.WebSocketEndpoint = url(d.REST), jsii.String("wss://"+d.WebSocket+"/"+cfg.Environment)
	}
	if cfg.API.WAF {
		blocks.NewWebACL(stack, "firewall", rest, blocks.WebACLProps{
			Name: cfg.Name("api"), Where: where(cfg), Rules: blocks.WebACLRules(cfg.API.WAFRatePerIP),
			KeyARN: foundation.KMSKeyARN, LogRetentionDays: cfg.API.AccessLogDays,
		})
	}
	plans := addPlans(stack, cfg, rest)
	publish(stack, cfg, foundation.KMSKeyARN, contract.ParameterRestEndpoint, "Base URL of the REST API", out.RestEndpoint)
	publish(stack, cfg, foundation.KMSKeyARN, contract.ParameterWebSocketEndpoint, "URL of the WebSocket API", out.WebSocketEndpoint)
	publish(stack, cfg, foundation.KMSKeyARN, contract.ParameterUsagePlans, "Ids of the usage plans, by tier", plans)
	addConnectionPolicies(stack, cfg, socket, compute)
	return stack, export(stack, out)
}

// stageProps is the stage that both APIs have: named after the environment,
// since web clients see it in the URL where there is no custom domain.
func stageProps(cfg envs.Config, keyARN *string, rate float64, burst int, logging cdktf.ITerraformDependable) blocks.StageProps {
	return blocks.StageProps{
		Name: cfg.Environment, KeyARN: keyARN, LogRetentionDays: cfg.API.AccessLogDays, RateLimit: rate, BurstLimit: burst, Logging: logging,
	}
}

// target is a function as an API calls it.
func target(f ServedFunction) blocks.Target {
	return blocks.Target{FunctionName: f.Name, Alias: contract.LiveAlias, InvokeARN: f.LiveInvokeARN}
}

// publish writes a value where running code reads it.
func publish(stack cdktf.TerraformStack, cfg envs.Config, keyARN *string, name, description string, value *string) {
	blocks.NewParameter(stack, "parameter-"+parameterID(name), contract.ParameterPath(cfg.Project, cfg.Environment)+"/"+name, description, value, keyARN)
}
