package contract

// IngestedObject is the version of an object that an execution of the ingestion
// state machine is about. Every step derives the tenant from nowhere else. Of
// StepRemove it has the tenant alone.
type IngestedObject struct {
	TenantID  string `json:"tenantId"` // as in Key; a step checks that it is, and that it is a tenant id
	Bucket    string `json:"bucket"`
	Key       string `json:"key"`
	VersionID string `json:"versionId"`
	ETag      string `json:"etag"`
	Size      int64  `json:"size"`      // bytes
	Time      string `json:"time"`      // of the upload, RFC 3339
	Sequencer string `json:"sequencer"` // orders the uploads of one key: S3 compares them as hexadecimal numbers
	Execution string `json:"execution"` // name of the execution
}

// IngestionStep is the payload of an invocation of document-ingestion. Fields
// that a step is not given are empty.
type IngestionStep struct {
	Step     string             `json:"step"` // one of the Step constants
	Object   IngestedObject     `json:"object"`
	Document *IngestionDocument `json:"document,omitempty"` // from StepChunk on, and of StepRemove; a failure may come before
	Chunks   *IngestionChunks   `json:"chunks,omitempty"`   // from StepEmbed on

	ApprovalRequired bool   `json:"approvalRequired,omitempty"` // StepValidate
	TaskToken        string `json:"taskToken,omitempty"`        // StepAwaitApproval: kept for who decides
	WaitSeconds      int    `json:"waitSeconds,omitempty"`      // StepAwaitApproval: how long the token is good for
	Batch            int    `json:"batch,omitempty"`            // StepEmbed: one of Chunks.Batches
	Status           string `json:"status,omitempty"`           // StepUpdateMetadata: StatusIndexed or StatusRejected
	Reason           string `json:"reason,omitempty"`           // StepUpdateMetadata, of StatusRejected
	Error            string `json:"error,omitempty"`            // StepRecordFailure: name of the error
	Cause            string `json:"cause,omitempty"`            // StepRecordFailure: what Step Functions knows of it
}

// IngestionDocument is the result of StepValidate.
type IngestionDocument struct {
	DocumentID string `json:"documentId"`
	Version    int    `json:"version"`
	Decision   string `json:"decision"` // one of the Decision constants
	Reason     string `json:"reason"`   // of DecisionRejected; otherwise empty
}

// What StepValidate decides.
const (
	DecisionApproved = "approved"       // learn it now
	DecisionApproval = "needs-approval" // a person decides; only where ApprovalRequired
	DecisionRejected = "rejected"       // not a document that the platform learns
	DecisionStale    = "stale"          // this version is known already, or a newer one is
)

// IngestionApproval is what the records function sends with the task token
// (SendTaskSuccess) when a person decided. Who it was stands in the metadata.
type IngestionApproval struct {
	Approved bool `json:"approved"`
}

// ErrorWithdrawn is the error that the records function sends with the task
// token (SendTaskFailure) of a document that was deleted while it waited. It is
// StepAwaitApproval's own error too, where there is nothing to wait for any more.
const ErrorWithdrawn = "DocumentWithdrawn"

// ErrorTransient is the name of an error that a later attempt may overcome, such
// as throttling or a search domain out of reach. Lambda names errors by their Go
// type, without its package: handlers call theirs so.
const ErrorTransient = "TransientError"

// IngestionChunks is the result of StepChunk: where the chunks are, never what
// they say. Their batches are objects below Work, one a number.
// Of an upload that was superseded or deleted meanwhile there are none: the steps
// that follow have nothing to do.
type IngestionChunks struct {
	Work    string `json:"work"`    // object key prefix, with "/" at its end
	Batches []int  `json:"batches"` // numbers of the batches, from 0; never null
	Count   int    `json:"count"`   // of chunks
}

// WorkKey is the object key prefix of what ingestion makes of a version of a
// document on its way into the index.
func WorkKey(tenant, document string, version int) string {
	return TenantPrefix + tenant + "/" + WorkPrefix + document + "/" + VersionKey(version) + "/"
}
