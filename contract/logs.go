package contract

// Fields that a function's structured log lines carry, beside "level",
// "message" and "timestamp". Metric filters and saved queries read them.
const (
	LogFunction    = "function"
	LogEnvironment = "environment"
	LogRequestID   = "requestId"
	LogTraceID     = "traceId"
	LogTenant      = "tenant"
)

// Fields of agent-invoke's line of an answer.
const (
	LogBestScore = "bestScore" // AgentUsage.BestScore
	LogRefused   = "refused"
)

// Values of SecurityEventField.
const (
	SecurityConnectRefused = "websocket-connect-refused" // a client without a right to connect
)
