package isolation

// unseens are the grants that the end-to-end tests don't see used, by what uses
// them.
var unseens = []unseen{
	// Lambda, in a function's name.
	{"*", "Logs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, "Lambda and AgentCore write a function's log in its role's name."},
	{"*", "Traces", []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, "Lambda, Step Functions and AgentCore send traces in the role's name."},
	{"*", "Environment", nil, "Lambda decrypts a function's variables in its role's name."},
	{"*", "DeadLetters", nil, "Lambda sends what failed asynchronously in the function's name."},
	{"*", "DeadLettersKey", nil, "The dead-letter queue is encrypted with the platform's key."},
	{"*", "NetworkInterfaces", nil, "Lambda makes and removes a function's network interfaces in its role's name, where there is a VPC."},
	{"*", "Key", nil, "DynamoDB, S3, Bedrock and SSM use the platform's key in the caller's name, never in a call of its own."},

	// The services' own roles.
	{"api-logs", "PushToCloudWatchLogs", nil, "AWS's own policy for the role that API Gateway writes its logs with; it takes no role that may less."},
	{"audit-trail", "TrailStreams", nil, "CloudTrail writes its log group."},
	{"flow-logs", "Deliver", nil, "The VPC's flow logs are delivered."},
	{"model-invocations", "Log", nil, "Bedrock logs the invocations of models."},
	{"ingestion", "LogDelivery", nil, "Step Functions sets up the delivery of the machine's log, as its documentation demands."},
	{"ingestion", "LogEncryption", nil, "What is delivered is encrypted with the platform's key."},
	{"ingestion", "History", nil, "Step Functions encrypts the executions' history with the platform's key."},
	{"ingestion", "StartChildren", nil, "The distributed map starts a child execution a batch. The machine of the end-to-end tests runs under no role."},
	{"ingestion", "WatchChildren", nil, "The distributed map waits for its children and breaks them off."},
	{"ingestion", "Steps", nil, "The machine invokes document-ingestion. The machine of the end-to-end tests runs under no role."},
	{"ingestion", "Events", nil, "The machine tells of a failure."},
	{"ingestion", "Traces", []string{"xray:GetSamplingRules", "xray:GetSamplingTargets"}, "Step Functions asks which executions to trace."},
	{"erasure", "LogDelivery", nil, "Step Functions sets up the delivery of the machine's log, as its documentation demands."},
	{"erasure", "LogEncryption", nil, "What is delivered is encrypted with the platform's key."},
	{"erasure", "History", nil, "Step Functions encrypts the executions' history with the platform's key."},
	{"erasure", "Steps", nil, "The machine invokes data-erasure. The machine of the end-to-end tests runs under no role."},
	{"erasure", "Events", nil, "The machine tells of a failure."},
	{"erasure", "Traces", []string{"xray:GetSamplingRules", "xray:GetSamplingTargets"}, "Step Functions asks which executions to trace."},
	{"uploads", "Start", nil, "EventBridge starts ingestion. The bus of the end-to-end tests runs under no role."},

	// People in browsers.
	{"browser", "ReadDocuments", nil, "Signed-in people read their tenant's documents from a browser."},
	{"browser", "DocumentsKey", nil, "Those documents are encrypted with the platform's key."},

	// Paths that no scenario takes.
	{"records", "Decisions", []string{"states:SendTaskFailure"}, "The deletion of a document that waits for approval breaks its ingestion off."},
	{"records-tenant", "Documents", []string{"s3:GetObjectVersion"}, "The client downloads with the URL that the role signed."},
	{"agent-invoke-tenant", "Audit", []string{"dynamodb:Query"}, "Whether a hand-over that the agent asked for was executed before, is read from its chain."},
	{"document-ingestion-tenant", "Metadata", []string{"dynamodb:Query"}, "A document whose head is gone is found by its versions."},
	{"safe-actions-tenant", "Tickets", []string{"dynamodb:GetItem"}, "A request with an Idempotency-Key, and a ticket that an action names, are read by their keys."},
	{"websocket-tenant", "Connections", []string{"dynamodb:UpdateItem"}, "A client that reconnects takes its turn over."},

	// Tenants' agents.
	{"tenant-acme", "Logs", []string{"logs:DescribeLogStreams"}, "AgentCore writes the runtime's log in its role's name."},
	{"tenant-acme", "Metrics", nil, "AgentCore publishes the runtime's metrics in its role's name."},
	{"tenant-acme", "Traces", []string{"xray:GetSamplingRules", "xray:GetSamplingTargets"}, "AgentCore's collector asks which requests to trace."},
	{"tenant-acme", "Guardrail", nil, "Bedrock applies the guardrail that a call names, in the caller's name."},
	{"tenant-acme", "Tickets", []string{"dynamodb:GetItem", "dynamodb:Query"}, "Tools read the tenant's tickets. The model of the end-to-end tests asks for none."},
	{"tenant-acme", "Model*", []string{"bedrock:InvokeModel"}, "Whole answers and streams are the same model behind the same guardrail; agents ask for streams today."},
	{"tenant-acme", "Model*", []string{"bedrock:InvokeModelWithResponseStream"}, "A call of an inference profile asks for the model that it leads to as well; the calls name the profile."},

	// The provisioner.
	{"agent-provisioner", "CreateIdentity", nil, inTheCallersName},
	{"agent-provisioner", "DeleteIdentity", nil, inTheCallersName},
	{"agent-provisioner", "TagRuntime", nil, inTheCallersName},
	{"agent-provisioner", "Runtime*Role", nil, "AgentCore makes its own role in the caller's name, where the account does not have it yet."},
	{"agent-provisioner", "LeavePlan", []string{"apigateway:DELETE"}, "A tenant that changes its tier leaves the plan of the tier before. No scenario changes one."},
}

const inTheCallersName = "AgentCore makes, tags and removes what belongs to a runtime in the caller's name, with no call of the caller's."
