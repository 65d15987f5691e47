package contract

// Names of environment variables. Each is set by the stack that makes the
// function and required by the function's main; Function.Environment says
// which function has which.
const (
	EnvEnvironment      = "FLOWOPS_ENV"           // environment name, as in "dev"
	EnvLogLevel         = "LOG_LEVEL"             // DEBUG, INFO, WARN or ERROR
	EnvMetricNamespace  = "METRIC_NAMESPACE"      // namespace of embedded-format metrics
	EnvTenantRoleARN    = "TENANT_ROLE_ARN"       // the function's tenant access role
	EnvTicketsTable     = "TICKETS_TABLE"         // table name
	EnvConversations    = "CONVERSATIONS_TABLE"   // table name
	EnvMetadataTable    = "METADATA_TABLE"        // table name
	EnvAgentsTable      = "AGENTS_TABLE"          // table name
	EnvConnectionsTable = "CONNECTIONS_TABLE"     // table name
	EnvAuditTable       = "AUDIT_TABLE"           // table name
	EnvDocumentsBucket  = "DOCUMENTS_BUCKET"      // bucket name
	EnvEventBus         = "EVENT_BUS_NAME"        // platform event bus
	EnvStateMachineARN  = "STATE_MACHINE_ARN"     // ingestion state machine
	EnvDataMachineARN   = "DATA_MACHINE_ARN"      // state machine that exports and erases a tenant's data
	EnvSearchEndpoint   = "SEARCH_ENDPOINT"       // host of the search domain, no scheme
	EnvSearchMasterRole = "SEARCH_MASTER_ROLE"    // ARN of the domain's master role
	EnvSearchFunction   = "SEARCH_ADMIN_FUNCTION" // name of the search-admin function
	EnvEmbeddingModel   = "EMBEDDING_MODEL_ID"    // Bedrock model id
	EnvEmbeddingDims    = "EMBEDDING_DIMENSIONS"  // length of a vector
	EnvSessionKeyID     = "SESSION_HMAC_KEY_ID"   // KMS HMAC key that derives runtime session ids and signs cursors
	EnvAgentInvoke      = "AGENT_INVOKE_FUNCTION" // name of the agent-invoke function (its live alias)
	EnvUserPoolID       = "USER_POOL_ID"          // Cognito user pool
	EnvUserPoolClientID = "USER_POOL_CLIENT_ID"   // the web client
	EnvTenantBoundary   = "TENANT_BOUNDARY_ARN"   // permissions boundary of tenants' agents
	EnvAgentBucket      = "AGENT_BUCKET"          // agent artifacts
	EnvAgentBundleKey   = "AGENT_BUNDLE_KEY"      // object key of the agent's bundle
	EnvAgentDefinition  = "AGENT_DEFINITION_KEY"  // object key of the agent's definition
	EnvAgentSubnets     = "AGENT_SUBNET_IDS"      // comma-separated; "none" outside a VPC
	EnvAgentGroups      = "AGENT_SECURITY_GROUPS" // comma-separated; "none" outside a VPC
	EnvWebSocketDomain  = "WEBSOCKET_DOMAIN"      // custom domain of the WebSocket API; "none" without one
	EnvAllowedOrigins   = "ALLOWED_ORIGINS"       // comma-separated web origins for CORS
	EnvParameterPrefix  = "PARAMETER_PREFIX"      // SSM path of what later stacks publish
)

// Function is a Lambda function: its name, which is also the name of its
// folder without hyphens, and the environment variables that it requires.
type Function struct {
	Name        string
	Environment []string // without the common ones
	// Chat marks functions that handle chat or retrieval: at least 512 MB and 30 s.
	Chat bool
}

// CommonEnvironment are the variables that every function requires.
var CommonEnvironment = []string{EnvEnvironment, EnvLogLevel, EnvMetricNamespace}

// The functions.
var (
	AgentInvoke = Function{Name: "agent-invoke", Chat: true, Environment: []string{
		EnvTenantRoleARN, EnvAgentsTable, EnvConversations, EnvConnectionsTable, EnvAuditTable, EnvEventBus, EnvSessionKeyID,
		EnvWebSocketDomain, EnvAllowedOrigins,
	}}
	SafeActions = Function{Name: "safe-actions", Environment: []string{
		EnvTenantRoleARN, EnvAgentsTable, EnvTicketsTable, EnvAuditTable, EnvEventBus, EnvAllowedOrigins,
	}}
	DocumentIngestion = Function{Name: "document-ingestion", Chat: true, Environment: []string{
		EnvTenantRoleARN, EnvMetadataTable, EnvDocumentsBucket, EnvEventBus, EnvSearchEndpoint, EnvEmbeddingModel, EnvEmbeddingDims,
	}}
	WebSocket = Function{Name: "websocket", Environment: []string{
		EnvTenantRoleARN, EnvConnectionsTable, EnvAgentInvoke, EnvWebSocketDomain,
	}}
	WebSocketAuthorizer = Function{Name: "websocket-authorizer", Environment: []string{
		EnvUserPoolID, EnvUserPoolClientID,
	}}
	Records = Function{Name: "records", Environment: []string{
		EnvTenantRoleARN, EnvAgentsTable, EnvTicketsTable, EnvConversations, EnvMetadataTable, EnvDocumentsBucket, EnvEventBus, EnvStateMachineARN, EnvSessionKeyID, EnvAllowedOrigins,
	}}
	AgentProvisioner = Function{Name: "agent-provisioner", Environment: []string{
		EnvTenantRoleARN, EnvAgentsTable, EnvAuditTable, EnvTenantBoundary, EnvAgentBucket, EnvAgentBundleKey, EnvAgentDefinition,
		EnvAgentSubnets, EnvAgentGroups, EnvSearchFunction, EnvUserPoolID, EnvParameterPrefix, EnvDataMachineARN, EnvEventBus, EnvAllowedOrigins,
	}}
	DataErasure = Function{Name: "data-erasure", Environment: []string{
		EnvTenantRoleARN, EnvTicketsTable, EnvConversations, EnvMetadataTable, EnvConnectionsTable, EnvAgentsTable, EnvAuditTable,
		EnvDocumentsBucket, EnvEventBus,
	}}
	SearchAdmin = Function{Name: "search-admin", Environment: []string{
		EnvSearchEndpoint, EnvSearchMasterRole,
	}}
)

// Functions are all functions.
func Functions() []Function {
	return []Function{AgentInvoke, SafeActions, DocumentIngestion, WebSocket, WebSocketAuthorizer, Records, AgentProvisioner, DataErasure, SearchAdmin}
}

// LiveAlias is the alias through which every caller invokes a function, so
// that versions, provisioned concurrency and going back work alike.
const LiveAlias = "live"
