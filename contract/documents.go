package contract

import "fmt"

// Statuses of a document.
const (
	StatusPending  = "pending"  // uploaded or not yet, and not decided on
	StatusApproved = "approved" // by a person; not learned yet
	StatusRejected = "rejected"
	StatusIndexed  = "indexed"
	StatusFailed   = "failed"
)

// DocumentStatuses are all statuses of a document.
var DocumentStatuses = []string{StatusPending, StatusApproved, StatusRejected, StatusIndexed, StatusFailed}

// Values of Document.EmbeddingStatus.
const (
	EmbeddingPending  = "pending"
	EmbeddingComplete = "complete"
	EmbeddingFailed   = "failed"
)

// EmbeddingStatuses are all values of Document.EmbeddingStatus.
var EmbeddingStatuses = []string{EmbeddingPending, EmbeddingComplete, EmbeddingFailed}

// Document is a version of a document. It is an item of the Metadata table, and
// the newest version is one twice: as the document's head, which alone has index
// keys, and as the version's own item, which stays. Times are RFC 3339, UTC, with milliseconds.
type Document struct {
	TenantID        string `json:"-" dynamodbav:"tenantId"`
	DocumentID      string `json:"documentId" dynamodbav:"documentId"`
	Title           string `json:"title" dynamodbav:"title"`
	S3Key           string `json:"-" dynamodbav:"s3Key"`
	ContentType     string `json:"contentType" dynamodbav:"contentType"`
	ContentLength   int64  `json:"contentLength" dynamodbav:"contentLength"` // bytes, as announced
	Status          string `json:"status" dynamodbav:"status"`
	Version         int    `json:"version" dynamodbav:"version"` // of the content: 1, 2, 3
	ChunkCount      int    `json:"chunkCount" dynamodbav:"chunkCount"`
	EmbeddingStatus string `json:"embeddingStatus" dynamodbav:"embeddingStatus"`
	CreatedAt       string `json:"createdAt" dynamodbav:"createdAt"`
	UpdatedAt       string `json:"updatedAt" dynamodbav:"updatedAt"`
	// ApprovedBy and RejectedBy are the "sub" of the person who decided.
	ApprovedBy string `json:"approvedBy,omitempty" dynamodbav:"approvedBy,omitempty"`
	ApprovedAt string `json:"approvedAt,omitempty" dynamodbav:"approvedAt,omitempty"`
	RejectedBy string `json:"rejectedBy,omitempty" dynamodbav:"rejectedBy,omitempty"`
	RejectedAt string `json:"rejectedAt,omitempty" dynamodbav:"rejectedAt,omitempty"`
	Reason     string `json:"reason,omitempty" dynamodbav:"reason,omitempty"` // of a rejection or failure
	// TaskToken is of the wait for a decision. Only a version's own item has it,
	// from StepAwaitApproval until the decision was sent.
	TaskToken string `json:"-" dynamodbav:"taskToken,omitempty"`
	// TaskExecution is the execution that TaskToken is of. It stays.
	TaskExecution string `json:"-" dynamodbav:"taskExecution,omitempty"`
	// ObjectVersion is S3's version id of the upload that this version is: the
	// first one that ingestion took up. Uploads with the same URL after it are
	// none, so that what was approved is what is learned.
	ObjectVersion string `json:"-" dynamodbav:"objectVersion,omitempty"`
	// Untold is the type of the event that says how ingestion ended, until it was
	// told. Only a version's own item has it.
	Untold string `json:"-" dynamodbav:"untold,omitempty"`
}

// DocumentKey is the object key of a document: one key, whose object has a
// version for each upload.
func DocumentKey(tenant, document string) string {
	return TenantPrefix + tenant + "/" + DocumentsPrefix + document
}

// DocumentVersionMetadata is the name of the object's user metadata with the
// document's version that an upload is. It is signed into the upload's URL.
const DocumentVersionMetadata = "document-version"

// VersionKey is a document's version as it stands in its sort key: sort keys
// are compared as text, so it has a fixed width.
func VersionKey(version int) string { return fmt.Sprintf("%08d", version) }
