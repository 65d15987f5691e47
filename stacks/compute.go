package stacks

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// ComputeInputs is what compute needs of earlier stacks.
type ComputeInputs struct {
	Foundation Upstream[FoundationOutputs]
	Data       Upstream[DataOutputs]
	AI         Upstream[AIOutputs]
}

// ingestionTimeout is how long document-ingestion may take for a step, in
// seconds. The state machine waits a little longer.
const ingestionTimeout = 300

// NewCompute makes the stack of the functions that serve people and ingest
// documents.
//
// Of them only document-ingestion is in the VPC, where the environment has one:
// it talks to the search domain. The others call AWS APIs that have no endpoint
// there (AgentCore, Step Functions, the connections of the WebSocket API, the
// user pool's keys), and reach nothing that is in it.
func NewCompute(scope constructs.Construct, id string, cfg envs.Config, in ComputeInputs, artifacts Artifacts) (cdktf.TerraformStack, ComputeOutputs) {
	stack := newStack(scope, id, cfg)
	c := compute{stack: stack, cfg: cfg, artifacts: artifacts, foundation: in.Foundation(stack), data: in.Data(stack), ai: in.AI(stack)}
	agentInvoke := c.add(c.agentInvoke())
	return stack, export(stack, ComputeOutputs{
		AgentInvoke:         managedFunction(agentInvoke),
		SafeActions:         servedFunction(c.add(c.safeActions())),
		DocumentIngestion:   workflowFunction(c.add(c.documentIngestion())),
		WebSocket:           managedFunction(c.add(c.webSocket(agentInvoke))),
		WebSocketAuthorizer: servedFunction(c.add(c.webSocketAuthorizer())),
		Records:             servedFunction(c.add(c.records())),
	})
}

// compute is what the functions are made of.
type compute struct {
	stack      cdktf.TerraformStack
	cfg        envs.Config
	artifacts  Artifacts
	foundation FoundationOutputs
	data       DataOutputs
	ai         AIOutputs
}

// add makes a function under its own name.
func (c compute) add(props blocks.FunctionProps) blocks.Function {
	return blocks.NewFunction(c.stack, props.Function.Name, props)
}

// function is the start of a function's props; environment is what its contract
// demands beside what all functions have.
func (c compute) function(fn contract.Function, description string, memoryMB, timeoutSec int, environment map[string]*string) blocks.FunctionProps {
	props := functionProps(c.cfg, c.artifacts, fn, c.foundation.KMSKeyARN)
	props.Description, props.MemoryMB, props.TimeoutSec = description, memoryMB, timeoutSec
	for name, value := range environment {
		props.Environment[name] = value
	}
	return props
}

func (c compute) agentInvoke() blocks.FunctionProps {
	props := c.function(contract.AgentInvoke, "Looks up the tenant's agent, invokes it and returns or streams the answer", 1024, 60, map[string]*string{
		contract.EnvAgentsTable:      c.ai.Agents.Name,
		contract.EnvConversations:    c.data.Conversations.Name,
		contract.EnvConnectionsTable: c.data.Connections.Name,
		contract.EnvAuditTable:       c.data.Audit.Name,
		contract.EnvEventBus:         jsii.String(c.cfg.EventBusName()),
		contract.EnvSessionKeyID:     c.foundation.SessionKeyARN,
		contract.EnvWebSocketDomain:  c.webSocketDomain(),
		contract.EnvAllowedOrigins:   c.origins(),
	})
	props.Permissions, props.Tenant = c.agentInvokeMay(), c.agentInvokeReaches()
	return props
}

func (c compute) safeActions() blocks.FunctionProps {
	props := c.function(contract.SafeActions, "Executes actions that a person confirmed and writes the approval chain", 256, 15, map[string]*string{
		contract.EnvAgentsTable:    c.ai.Agents.Name,
		contract.EnvTicketsTable:   c.data.Tickets.Name,
		contract.EnvAuditTable:     c.data.Audit.Name,
		contract.EnvEventBus:       jsii.String(c.cfg.EventBusName()),
		contract.EnvAllowedOrigins: c.origins(),
	})
	props.Permissions, props.Tenant = c.safeActionsMay(), c.safeActionsReaches()
	return props
}

func (c compute) documentIngestion() blocks.FunctionProps {
	props := c.function(contract.DocumentIngestion, "Does the steps of the ingestion state machine", 1024, ingestionTimeout, map[string]*string{
		contract.EnvMetadataTable:   c.data.Metadata.Name,
		contract.EnvDocumentsBucket: c.data.DocumentsBucket,
		contract.EnvEventBus:        jsii.String(c.cfg.EventBusName()),
		contract.EnvSearchEndpoint:  c.data.SearchEndpoint,
		contract.EnvEmbeddingModel:  c.ai.EmbeddingModel,
		contract.EnvEmbeddingDims:   jsii.String(strconv.Itoa(c.cfg.AI.EmbeddingDimensions)),
	})
	props.Permissions, props.Tenant = c.documentIngestionMay(), c.documentIngestionReaches()
	props.Placement = searchPlacement(c.cfg, c.foundation)
	return props
}

func (c compute) webSocket(agentInvoke blocks.Function) blocks.FunctionProps {
	props := c.function(contract.WebSocket, "Connects and disconnects clients, and hands their messages on", 256, 10, map[string]*string{
		contract.EnvConnectionsTable: c.data.Connections.Name,
		contract.EnvAgentInvoke:      jsii.String(*agentInvoke.Resource.FunctionName() + ":" + *agentInvoke.Alias.Name()),
		contract.EnvWebSocketDomain:  c.webSocketDomain(),
	})
	props.Permissions, props.Tenant = c.webSocketMay(*agentInvoke.Alias.Arn()), c.webSocketReaches()
	return props
}

// webSocketAuthorizer needs no permission: the keys that tokens are verified
// with are public.
func (c compute) webSocketAuthorizer() blocks.FunctionProps {
	return c.function(contract.WebSocketAuthorizer, "Verifies the token of who connects to the WebSocket API", 256, 5, map[string]*string{
		contract.EnvUserPoolID:       c.foundation.UserPoolID,
		contract.EnvUserPoolClientID: c.foundation.UserPoolClientID,
	})
}

func (c compute) records() blocks.FunctionProps {
	props := c.function(contract.Records, "Answers for tickets, documents and conversations", 256, 15, map[string]*string{
		contract.EnvAgentsTable:     c.ai.Agents.Name,
		contract.EnvTicketsTable:    c.data.Tickets.Name,
		contract.EnvConversations:   c.data.Conversations.Name,
		contract.EnvMetadataTable:   c.data.Metadata.Name,
		contract.EnvDocumentsBucket: c.data.DocumentsBucket,
		contract.EnvEventBus:        jsii.String(c.cfg.EventBusName()),
		contract.EnvStateMachineARN: jsii.String(c.cfg.StateMachineARN()),
		contract.EnvSessionKeyID:    c.foundation.SessionKeyARN,
		contract.EnvAllowedOrigins:  c.origins(),
	})
	props.Permissions, props.Tenant = c.recordsMay(), c.recordsReaches()
	return props
}

func (c compute) origins() *string { return jsii.String(strings.Join(c.cfg.API.Origins, ",")) }

// webSocketDomain is the host beside API Gateway's own that functions may send
// clients' messages to: the WebSocket API's custom domain, or "none".
func (c compute) webSocketDomain() *string {
	return jsii.String(cmp.Or(c.cfg.API.Domain.WebSocket, "none"))
}
