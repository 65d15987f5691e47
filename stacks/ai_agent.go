package stacks

import (
	"encoding/json"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// agentCore is the service that runs tenants' agents.
const agentCore = "bedrock-agentcore.amazonaws.com"

// tenantRolePrefix begins the names of tenants' roles; the tenant's id follows.
// Role names are unique in an account whatever their path, and no function's
// role begins so.
func tenantRolePrefix(cfg envs.Config) string { return cfg.Name("tenant-") }

// runtimePrefix begins the names of this environment's runtimes.
func runtimePrefix(cfg envs.Config) string { return cfg.Snake("") }

// addAgent publishes the agent that all tenants share.
func (a *aiStack) addAgent() {
	cfg := a.cfg
	a.agent = blocks.NewStrandsAgent(a.stack, "agent", blocks.StrandsAgentProps{
		Bucket: a.bucket.Bucket.Id(), KeyARN: a.foundation.KMSKeyARN, Bundle: a.artifacts.Agent,
		Model:     contract.AgentModel{ID: cfg.GenerationModel().InvokeID(), Temperature: cfg.AI.Temperature, MaxTokens: cfg.AI.MaxTokens},
		Guardrail: contract.AgentGuardrail{ID: *a.guardrail.id, Version: *a.guardrail.version},
		Retrieval: contract.AgentRetrieval{
			Endpoint: *a.data.SearchEndpoint, AliasPrefix: contract.TenantAliasPrefix, EmbeddingID: cfg.EmbeddingModel().InvokeID(),
			Dimensions: cfg.AI.EmbeddingDimensions, MinScore: cfg.Search.MinScore, MaxSources: cfg.AI.MaxSources,
		},
		Tables: contract.AgentTables{Tickets: *a.data.Tickets.Name, Conversations: *a.data.Conversations.Name, Audit: *a.data.Audit.Name},
		Runtime: contract.AgentRuntime{
			NamePrefix: runtimePrefix(cfg), LogRetentionDays: cfg.Functions.LogRetention, LogKeyARN: *a.foundation.KMSKeyARN, Tags: cfg.TagMap(),
		},
		Role: contract.AgentRole{
			NamePrefix: tenantRolePrefix(cfg), Path: contract.TenantRolePath,
			Trust:  json.RawMessage(blocks.Document(tenantAgentTrust(cfg))),
			Policy: json.RawMessage(blocks.Document(a.tenantAgentStatements()...)),
		},
	})
	a.out.AgentDefinitionKey = a.agent.Definition.Key()
}

// tenantAgentTrust lets AgentCore take the role of a tenant's agent, for the
// runtimes of this account.
func tenantAgentTrust(cfg envs.Config) blocks.Statement {
	return blocks.ServiceTrust(agentCore, cfg.Account.ID).If("ArnLike", "aws:SourceArn", cfg.ARN("bedrock-agentcore", "*"))
}
