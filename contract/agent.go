package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// AgentDefinitionVersion is the schema version of AgentDefinition. A change
// that an older reader can't follow raises it, and with it the object's key.
const AgentDefinitionVersion = 1

// AgentDefinitionKey is the definition's object key in the agent bucket.
func AgentDefinitionKey() string {
	return fmt.Sprintf("definitions/v%d/agent.json", AgentDefinitionVersion)
}

// AgentBundlePrefix begins the object keys of the agent's bundles. A key holds
// the bundle's hash, so a bundle never changes under its key.
const AgentBundlePrefix = "bundles/"

// AgentDefinition is what tenants' agents are made of: one JSON object in the
// agent bucket, written by the deploy and read by the provisioner, which makes
// tenants' runtimes and roles from it, and by the agent when it starts.
type AgentDefinition struct {
	SchemaVersion int `json:"schemaVersion"`
	// Members are the agents that make up a tenant's agent. The first one talks
	// to the user. A swarm is more members, not another form.
	Members   []AgentMember  `json:"members"`
	Tools     []Tool         `json:"tools"`
	Model     AgentModel     `json:"model"`
	Guardrail AgentGuardrail `json:"guardrail"`
	Retrieval AgentRetrieval `json:"retrieval"`
	Tables    AgentTables    `json:"tables"`
	Runtime   AgentRuntime   `json:"runtime"`
	Role      AgentRole      `json:"role"`
}

// AgentMember is one agent of the definition.
type AgentMember struct {
	Name        string   `json:"name"`
	Instruction string   `json:"instruction"`
	Tools       []string `json:"tools"` // names in AgentDefinition.Tools
}

// AgentModel is the model that answers.
type AgentModel struct {
	ID          string  `json:"id"` // model or inference profile
	Temperature float64 `json:"temperature"`
	MaxTokens   int     `json:"maxTokens"` // of an answer
}

// AgentGuardrail is the guardrail that every call of the model names.
type AgentGuardrail struct {
	ID      string `json:"id"`
	Version string `json:"version"` // a frozen copy, never DRAFT
}

// AgentRetrieval is how the agent finds its tenant's passages.
type AgentRetrieval struct {
	Endpoint    string  `json:"endpoint"`    // host of the search domain
	AliasPrefix string  `json:"aliasPrefix"` // the tenant's id follows
	EmbeddingID string  `json:"embeddingModelId"`
	Dimensions  int     `json:"dimensions"`
	MinScore    float64 `json:"minScore"`   // least relevance score of a passage, 0 to 1
	MaxSources  int     `json:"maxSources"` // passages handed to the model
}

// AgentTables are the names of the tables that the agent's tools use.
type AgentTables struct {
	Tickets       string `json:"tickets"`
	Conversations string `json:"conversations"`
	Audit         string `json:"audit"`
}

// AgentRuntime is how the provisioner makes a tenant's runtime.
type AgentRuntime struct {
	NamePrefix       string            `json:"namePrefix"` // of RuntimeName
	LogRetentionDays int               `json:"logRetentionDays"`
	LogKeyARN        string            `json:"logKeyArn"`
	Tags             map[string]string `json:"tags"` // TenantTag is added to them
}

// AgentRole is how the provisioner makes the role of a tenant's agent. The
// role carries the tags TenantTag and RuntimeTag, which its policy refers to.
type AgentRole struct {
	NamePrefix string          `json:"namePrefix"` // the tenant's id follows
	Path       string          `json:"path"`
	Trust      json.RawMessage `json:"trust"`
	Policy     json.RawMessage `json:"policy"`
}

// RuntimeTag is the tag of a tenant's role with the name of its runtime, which
// bounds the log groups that the role may write to.
const RuntimeTag = "AgentRuntime"

// RuntimeLogGroupPrefix begins the name of a runtime's log group; the
// runtime's id, "-" and the endpoint's name follow.
const RuntimeLogGroupPrefix = "/aws/bedrock-agentcore/runtimes/"

// runtimeNameLength is the most that AgentCore takes
// (CreateAgentRuntime: [a-zA-Z][a-zA-Z0-9_]{0,47}).
const runtimeNameLength = 48

// RuntimeName is the name of a tenant's AgentCore runtime: prefix and tenant,
// with "_" for "-", which such names may not hold. A name that would be too
// long is cut and ends in a hash of the tenant's id.
func RuntimeName(prefix, tenant string) string {
	name := prefix + strings.ReplaceAll(tenant, "-", "_")
	if len(name) <= runtimeNameLength {
		return name
	}
	sum := sha256.Sum256([]byte(tenant))
	suffix := "_" + hex.EncodeToString(sum[:])[:12]
	return name[:runtimeNameLength-len(suffix)] + suffix
}

// Kinds of agent: AgentConfiguration.AgentType.
const (
	AgentSingle = "single"
	AgentSwarm  = "swarm"
)

// AgentTypes are all kinds of agent.
var AgentTypes = []string{AgentSingle, AgentSwarm}

// DefaultAgent is the id of a tenant's one agent.
const DefaultAgent = "default"

// States of a tenant's agent: AgentConfiguration.State. Only a ready one counts:
// what else is in the item of another one is for the provisioner alone.
const (
	AgentProvisioning = "provisioning" // onboarding is under way, or stopped at AgentConfiguration.Step
	AgentReady        = "ready"
	AgentOffboarding  = "offboarding" // removal is under way, or stopped at AgentConfiguration.Step
	AgentErasing      = "erasing"     // all is removed but the tenant's data, which is being exported and erased: AgentConfiguration.Step says how far
)

// AgentConfiguration is a tenant's agent. It is an item of the Agents table.
type AgentConfiguration struct {
	TenantID     string      `json:"tenantId" dynamodbav:"tenantId"`
	AgentID      string      `json:"agentId" dynamodbav:"agentId"`
	AgentARN     string      `json:"agentArn" dynamodbav:"agentArn"`         // of the AgentCore runtime
	AgentAliasID string      `json:"agentAliasId" dynamodbav:"agentAliasId"` // name of the AgentCore endpoint
	AgentType    string      `json:"agentType" dynamodbav:"agentType"`       // AgentSingle or AgentSwarm
	Tools        []AgentTool `json:"tools" dynamodbav:"tools"`
	GuardrailID  string      `json:"guardrailId" dynamodbav:"guardrailId"`
	APIKeyID     string      `json:"apiKeyId" dynamodbav:"apiKeyId"`   // id of the tenant's API key, not the key
	CreatedAt    string      `json:"createdAt" dynamodbav:"createdAt"` // RFC 3339, UTC
	UpdatedAt    string      `json:"updatedAt" dynamodbav:"updatedAt"`

	State   string `json:"state" dynamodbav:"state"`     // one of the states above; anything else is not ready
	Step    string `json:"step" dynamodbav:"step"`       // where the work stopped, or of AgentErasing is; empty where it did not
	Reason  string `json:"reason" dynamodbav:"reason"`   // why it stopped there: an error's code, or a wait
	Name    string `json:"name" dynamodbav:"name"`       // of the agent, as it calls itself
	Tier    string `json:"tier" dynamodbav:"tier"`       // usage plan
	Version int    `json:"version" dynamodbav:"version"` // of the settings, for writes: the first is 1
	// AgentVersion is the runtime's version that the endpoint runs, and
	// PreviousVersion the one that it ran before: what to go back to.
	AgentVersion     string `json:"agentVersion" dynamodbav:"agentVersion"`
	PreviousVersion  string `json:"previousVersion" dynamodbav:"previousVersion"`
	Bundle           string `json:"bundle" dynamodbav:"bundle"`                     // object key of AgentVersion's bundle
	GuardrailVersion string `json:"guardrailVersion" dynamodbav:"guardrailVersion"` // pinned; empty: the definition's
}

// AgentTool is a tool as one tenant has it.
type AgentTool struct {
	Name                 string `json:"name" dynamodbav:"name"`
	Description          string `json:"description" dynamodbav:"description"`
	Enabled              bool   `json:"enabled" dynamodbav:"enabled"`
	RequiresConfirmation bool   `json:"requiresConfirmation" dynamodbav:"requiresConfirmation"`
}
