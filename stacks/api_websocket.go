package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

func newSocket(stack cdktf.TerraformStack, cfg envs.Config, foundation FoundationOutputs, compute ComputeOutputs, logging cdktf.ITerraformDependable) blocks.WebSocketAPI {
	return blocks.NewWebSocketAPI(stack, "websocket", blocks.WebSocketAPIProps{
		Name: cfg.Name("websocket"), Description: "WebSocket API of " + cfg.Prefix(),
		Definition: blocks.DefineWebSocket(contract.WebSocketRoutes()),
		Authorizer: target(compute.WebSocketAuthorizer), Handler: target(compute.WebSocket.ServedFunction),
		Stage:              stageProps(cfg, foundation.KMSKeyARN, cfg.API.WebSocketRate, cfg.API.WebSocketBurst, logging),
		DefaultEndpointOff: cfg.API.Domain.WebSocket != "",
	})
}

// addConnectionPolicies gives the functions that talk to clients the use of
// this API's connections. Compute made their roles before there was an API:
// agent-invoke streams answers; websocket answers too, looks whether a
// connection is alive, and closes one whose token has expired.
func addConnectionPolicies(stack cdktf.TerraformStack, cfg envs.Config, socket blocks.WebSocketAPI, compute ComputeOutputs) {
	for _, f := range []struct {
		name    string
		role    *string
		methods []string
	}{
		{contract.AgentInvoke.Name, compute.AgentInvoke.RoleName, []string{"POST"}},
		{contract.WebSocket.Name, compute.WebSocket.RoleName, []string{"POST", "GET", "DELETE"}},
	} {
		statement := blocks.ManageConnections(*socket.Resource.ExecutionArn(), cfg.Environment, f.methods...)
		iamrolepolicy.NewIamRolePolicy(stack, jsii.String("connections-"+f.name), &iamrolepolicy.IamRolePolicyConfig{
			Name: jsii.String("websocket-connections"), Role: f.role, Policy: jsii.String(blocks.Document(statement)),
		})
	}
}
