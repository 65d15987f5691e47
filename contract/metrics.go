package contract

// MetricNamespace is the CloudWatch namespace of the platform's metrics.
const MetricNamespace = "FlowOps"

// Dimensions of the platform's metrics.
const (
	DimensionEnvironment = "Environment"
	DimensionTenant      = "TenantId"
	DimensionFunction    = "Function"
	DimensionModel       = "Model"
)

// The platform's metrics, with their units.
const (
	MetricChatLatency           = "ChatLatency"           // milliseconds; its p99 is ChatLatencyP99
	MetricTimeToFirstResponse   = "TimeToFirstResponse"   // milliseconds
	MetricRetrievalHits         = "RAGRetrievalHits"      // count of sources above the threshold
	MetricBedrockInvocations    = "BedrockInvocations"    // count
	MetricBedrockThrottles      = "BedrockThrottles"      // count
	MetricErrors                = "Errors"                // count of answers that are server errors
	MetricTenantRequests        = "TenantRequestCount"    // count
	MetricToolCalls             = "ToolCalls"             // count of what agents called
	MetricBlockedTurns          = "BlockedTurns"          // count of answers that the guardrail stopped
	MetricRefusals              = "Refusals"              // count of answers declined for want of a source
	MetricDeflections           = "Deflections"           // count of conversations that no person was called to: see below
	MetricConversations         = "Conversations"         // count of conversations, at their first answer
	MetricSuggestionsShown      = "SuggestionsShown"      // count
	MetricSuggestionsAccepted   = "SuggestionsAccepted"   // count
	MetricDocuments             = "DocumentCount"         // count
	MetricDocumentAge           = "DocumentFreshness"     // seconds since the document changed
	MetricEmbeddingCoverage     = "EmbeddingCoverage"     // percent of chunks that have a vector
	MetricSecurityEvents        = "SecurityEvents"        // count of refused or suspicious requests
	MetricTokensIn              = "InputTokens"           // count
	MetricTokensOut             = "OutputTokens"          // count
	MetricAuthorizationFailures = "AuthorizationFailures" // count, from the audit trail
	MetricRootUsage             = "RootUsage"             // count, from the audit trail
	MetricIAMChanges            = "IAMChanges"            // count, from the audit trail
	MetricKeyChanges            = "KeyChanges"            // count of KMS keys disabled or scheduled for deletion
	MetricTrailChanges          = "TrailChanges"          // count, from the audit trail
)

// MetricDeflections is 1 at a conversation's first answer and -1 when a person is
// called to it for the first time, so that its sum over a period is how many
// conversations no person was called to, but for those that began before the
// period. A crash between a write and its metric loses the value; none is
// counted twice.

// SecurityEventField marks a structured log line as a security event.
const SecurityEventField = "securityEvent"
