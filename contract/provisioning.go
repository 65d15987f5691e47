package contract

// Environment variables of a tenant's runtime, beside EnvEnvironment and
// EnvLogLevel. The agent reads them in agent/src/environment.ts.
const (
	AgentEnvTenant     = "TENANT_ID"
	AgentEnvDefinition = "AGENT_DEFINITION_URI" // s3://bucket/key
	AgentEnvRegion     = "AWS_REGION"
	AgentEnvOverrides  = "AGENT_OVERRIDES" // AgentOverrides as JSON
)

// AgentEntryPoint is the bundle's file that the runtime starts.
const AgentEntryPoint = "agent.js"

// AgentOverrides is what a tenant's agent has of its own, beside the definition
// that all share. A version of the runtime holds them: to go back to a version is
// to go back to its overrides.
type AgentOverrides struct {
	AgentType        string         `json:"agentType"`
	Name             string         `json:"name,omitempty"`
	GuardrailVersion string         `json:"guardrailVersion,omitempty"` // empty: the definition's
	Tools            []ToolOverride `json:"tools"`
}

// ToolOverride is a tool as one tenant has it.
type ToolOverride struct {
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"`
}

// AgentLatest is AgentUpdate's agentVersion that rolls out the bundle that is
// deployed now. Any other is the number of one of the runtime's versions.
const AgentLatest = "latest"

// What DELETE /agents/{tenantId} does with the tenant's data: its query
// parameter "data". DataKeep is what it does without one. DataExport erases the
// data too, once all of it is exported.
const (
	DataKeep   = "keep"
	DataErase  = "erase"
	DataExport = "export"
)

// TenantAgent is the answer of the routes of agents.
type TenantAgent struct {
	AgentConfiguration
	// APIKey is the tenant's API key itself. Only POST answers with it, and only
	// of a ready tenant: it is read from API Gateway then, and kept nowhere.
	APIKey string `json:"apiKey,omitempty"`
	// Checked is of GET with verify=true.
	Checked *AgentCheck `json:"checked,omitempty"`
}

// AgentCheck is what was found when the configuration was compared with AWS.
type AgentCheck struct {
	Drift []Drift `json:"drift"`
	// Unchecked is what the provisioner has no right to look at.
	Unchecked []string `json:"unchecked"`
}

// Drift is something that is not as the configuration has it.
type Drift struct {
	What  string `json:"what"`
	Want  string `json:"want"`
	Found string `json:"found"`
}

// RemovalReport is what an offboarding removed.
type RemovalReport struct {
	TenantID string   `json:"tenantId"`
	State    string   `json:"state"`            // AgentOffboarding until all is gone; AgentErasing while data is exported and erased; then empty
	Step     string   `json:"step,omitempty"`   // where it stopped
	Reason   string   `json:"reason,omitempty"` // why
	Removed  []string `json:"removed"`          // names of what is gone, in order
	People   int      `json:"people"`           // that were signed out and removed
	Vectors  int      `json:"vectors"`          // entries of the search index that were deleted
	Data     string   `json:"data"`             // DataKeep, DataErase or DataExport
	Left     []string `json:"left"`             // what still holds data of the tenant: names of tables, "documents", "audit", "backups", "export"
	Export   string   `json:"export,omitempty"` // of DataExport: the S3 URI below which the export lies, until it expires
	// Erased counts what was erased, of DataErase and DataExport.
	Erased *ErasedData `json:"erased,omitempty"`
}

// ErasedData counts what was erased of a tenant's data: items by table, and
// versions of objects, marks of deletion among them. What was erased by an
// attempt that broke off before it said so is not in it.
type ErasedData struct {
	Tickets       int `json:"tickets"`
	Conversations int `json:"conversations"`
	Metadata      int `json:"metadata"`
	Connections   int `json:"connections"`
	Documents     int `json:"documents"`
}

// What an offboarding leaves: RemovalReport.Left, beside the names of tables and
// "documents".
const (
	// LeftAudit is the approval chain of actions, to which nothing is done but adding.
	LeftAudit = "audit"
	// LeftBackups are those of the tables and of the search domain, where there
	// are any, until they expire.
	LeftBackups = "backups"
	// LeftExport is what was exported, until it expires.
	LeftExport = "export"
)

// OffboardTenant is AuditItem.Type of an offboarding. It is no action that
// people ask for: it is not one of ActionTypes.
const OffboardTenant = "offboard_tenant"
