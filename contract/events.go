package contract

// EventSource is the source of the platform's own events.
const EventSource = "flowops"

// Detail types of the platform's own events.
const (
	EventDocumentUploaded   = "DocumentUploaded"
	EventApprovalRequested  = "DocumentApprovalRequested"
	EventDocumentApproved   = "DocumentApproved"
	EventDocumentRejected   = "DocumentRejected"
	EventDocumentDeleted    = "DocumentDeleted"
	EventDocumentIndexed    = "DocumentIndexed"
	EventIngestionFailed    = "DocumentIngestionFailed"
	EventTicketCreated      = "TicketCreated"
	EventTicketUpdated      = "TicketUpdated"
	EventEscalation         = "EscalationRequested"
	EventActionExecuted     = "ActionExecuted"
	EventTenantOnboarded    = "TenantOnboarded"
	EventTenantOffboarded   = "TenantOffboarded"
	EventTenantDataFailed   = "TenantDataFailed"
	EventConversationClosed = "ConversationClosed"
)

// What S3 publishes to the default bus when an object is made.
const (
	S3EventSource        = "aws.s3"
	S3EventObjectCreated = "Object Created"
)

// Object keys of the documents bucket.
const (
	// TenantPrefix begins the object keys of tenants' data, with the tenant's id and
	// "/" behind it.
	TenantPrefix = "tenants/"
	// DocumentsPrefix stands below the tenant's prefix and starts ingestion.
	DocumentsPrefix = "documents/"
	// WorkPrefix stands below the tenant's prefix and holds chunks and
	// embeddings on their way into the index; it starts nothing and expires.
	WorkPrefix = "work/"
	// WorkTag and WorkTagValue are the object tag by which such objects expire:
	// a lifecycle rule can't name a prefix below a tenant's.
	WorkTag      = "flowops-lifecycle"
	WorkTagValue = "work"
	// ExportPrefix begins the object keys of tenants' exports, with the tenant's id
	// and "/" behind it; they start nothing and expire after ExportDays.
	ExportPrefix = "exports/"
	// DocumentKeyPattern is what starts ingestion, as EventBridge matches it.
	DocumentKeyPattern = TenantPrefix + "*/" + DocumentsPrefix + "*"
)

// Steps of the ingestion state machine: the value of an invocation's "step".
const (
	StepValidate       = "validate"
	StepAwaitApproval  = "await-approval"
	StepChunk          = "chunk"
	StepEmbed          = "embed"
	StepIndex          = "index"
	StepUpdateMetadata = "update-metadata"
	StepRecordFailure  = "record-failure"
)

// StepRemove is no step of the state machine: the event of a document's deletion
// invokes document-ingestion with it, to remove the document's vectors.
const StepRemove = "remove"
