package stacks

// What each stack hands to later ones, and to people. A field becomes one
// Terraform output, named in snake case: KMSKeyARN is kms_key_arn. "doc"
// describes it in `terraform output`; "for" says who reads an output that no
// later stack reads. A field that an environment leaves nil is no output.

// FoundationOutputs is what foundation hands on.
type FoundationOutputs struct {
	KMSKeyARN             *string    `doc:"The platform's customer-managed key"`
	SessionKeyARN         *string    `doc:"HMAC key that derives agent session ids and signs cursors"`
	UserPoolID            *string    `doc:"Cognito user pool"`
	UserPoolARN           *string    `doc:"Cognito user pool"`
	UserPoolClientID      *string    `doc:"The web client of the user pool"`
	SignInURL             *string    `doc:"Hosted sign-in page" for:"the web client's configuration"`
	IdentityPoolID        *string    `doc:"Cognito identity pool" for:"the web client's configuration"`
	PrivateSubnetIDs      *[]*string `doc:"Private subnets, one an availability zone"`
	FunctionSecurityGroup *string    `doc:"Security group of the functions in the VPC"`
	SearchSecurityGroup   *string    `doc:"Security group of the search domain"`
	AgentSecurityGroup    *string    `doc:"Security group of tenants' agents"`
}

// TableOutputs is a table.
type TableOutputs struct {
	Name *string `doc:"Table name"`
	ARN  *string `doc:"Table ARN"`
}

// DataOutputs is what data hands on.
type DataOutputs struct {
	DocumentsBucket     *string      `doc:"Bucket of the tenants' documents"`
	DocumentsBucketARN  *string      `doc:"Bucket of the tenants' documents"`
	AccessLogBucket     *string      `doc:"Bucket of the server access logs of all buckets"`
	Tickets             TableOutputs `doc:"Tickets"`
	Conversations       TableOutputs `doc:"Conversations"`
	Metadata            TableOutputs `doc:"Document metadata"`
	Connections         TableOutputs `doc:"WebSocket connections"`
	Audit               TableOutputs `doc:"Approval chain of actions"`
	SearchDomain        *string      `doc:"Name of the search domain"`
	SearchDomainARN     *string      `doc:"Search domain"`
	SearchEndpoint      *string      `doc:"Host of the search domain"`
	SearchMasterRoleARN *string      `doc:"Master role of the search domain, taken by search-admin alone"`
}

// FunctionOutputs is what is watched of every function.
type FunctionOutputs struct {
	Name            *string `doc:"Function name"`
	LogGroup        *string `doc:"Log group"`
	DeadLetterQueue *string `doc:"Name of the dead-letter queue"`
}

// ServedFunction is a function that an API calls.
type ServedFunction struct {
	FunctionOutputs
	LiveInvokeARN *string `doc:"ARN by which API Gateway invokes the live alias"`
}

// ManagedFunction is a function behind an API whose role a later stack adds to,
// or tells from others.
type ManagedFunction struct {
	ServedFunction
	RoleName *string `doc:"Execution role"`
}

// WorkflowFunction is a function that the ingestion state machine calls.
type WorkflowFunction struct {
	FunctionOutputs
	LiveARN *string `doc:"ARN of the live alias"`
}

// AIOutputs is what ai hands on.
type AIOutputs struct {
	GuardrailID        *string         `doc:"Guardrail" for:"people who try prompts against it"`
	GuardrailARN       *string         `doc:"Guardrail" for:"people who try prompts against it"`
	GuardrailVersion   *string         `doc:"Frozen version of the guardrail that agents use" for:"people who try prompts against it"`
	GenerationModel    *string         `doc:"Model or inference profile that answers" for:"people who review cost"`
	EmbeddingModel     *string         `doc:"Model that embeds"`
	Agents             TableOutputs    `doc:"Agent configuration"`
	AgentBucket        *string         `doc:"Bucket of the agent's bundle and definition" for:"people who look at what agents run"`
	AgentDefinitionKey *string         `doc:"Object key of the agent's definition" for:"people who look at what agents run"`
	TenantBoundaryARN  *string         `doc:"Permissions boundary of tenants' agents" for:"people who review roles"`
	InvocationLogGroup *string         `doc:"Log group of model invocations"`
	AgentProvisioner   ManagedFunction `doc:"agent-provisioner"`
	DataErasure        FunctionOutputs `doc:"data-erasure"`
	DataMachineARN     *string         `doc:"State machine that exports and erases tenants' data"`
	SearchAdmin        FunctionOutputs `doc:"search-admin"`
}

// ComputeOutputs is what compute hands on.
type ComputeOutputs struct {
	AgentInvoke         ManagedFunction  `doc:"agent-invoke"`
	SafeActions         ServedFunction   `doc:"safe-actions"`
	DocumentIngestion   WorkflowFunction `doc:"document-ingestion"`
	WebSocket           ManagedFunction  `doc:"websocket"`
	WebSocketAuthorizer ServedFunction   `doc:"websocket-authorizer"`
	Records             ServedFunction   `doc:"records"`
}

// OrchestrationOutputs is what orchestration hands on.
type OrchestrationOutputs struct {
	EventBus        *string `doc:"Platform event bus" for:"people who replay events"`
	AlertTopicARN   *string `doc:"Topic of alerts and escalations"`
	StateMachineARN *string `doc:"Ingestion state machine"`
	DeadLetterQueue *string `doc:"Queue of events that no target took"`
}

// APIOutputs is what api hands on.
type APIOutputs struct {
	RestAPIName       *string `doc:"REST API"`
	RestStage         *string `doc:"Stage of the REST API"`
	RestEndpoint      *string `doc:"Base URL of the REST API" for:"the web client's configuration"`
	WebSocketAPI      *string `doc:"WebSocket API"`
	WebSocketStage    *string `doc:"Stage of the WebSocket API"`
	WebSocketEndpoint *string `doc:"URL of the WebSocket API" for:"the web client's configuration"`
}

// ObservabilityOutputs is what observability hands to people.
type ObservabilityOutputs struct {
	Dashboard   *string `doc:"CloudWatch dashboard" for:"people on call"`
	TrailARN    *string `doc:"Audit trail" for:"people who audit"`
	TrailBucket *string `doc:"Bucket of the audit trail" for:"people who audit"`
}
