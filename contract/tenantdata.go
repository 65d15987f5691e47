package contract

import (
	"fmt"
	"time"
)

// Steps of the state machine that exports and erases the data of a tenant that
// goes: TenantDataStep.Step, and AgentConfiguration.Step while it is at work.
const (
	DataStepSettle = "settle" // waits until nobody writes any more
	DataStepExport = "export"
	DataStepErase  = "erase"
	DataStepVerify = "verify" // looks whether anything is left
	DataStepFinish = "finish"
	DataStepFailed = "failed"
)

// TenantDataExecution is what an execution starts with.
type TenantDataExecution struct {
	TenantID  string `json:"tenantId"`
	Operation string `json:"operation"` // audit id of the offboarding
	Data      string `json:"data"`      // DataErase or DataExport
}

// TenantDataStep is the payload of an invocation of data-erasure. What is to be
// done with the data, the tenant's own record says, not the payload.
type TenantDataStep struct {
	Step      string             `json:"step"`
	TenantID  string             `json:"tenantId"`
	Operation string             `json:"operation"`
	Progress  TenantDataProgress `json:"progress"`
	Error     string             `json:"error,omitempty"` // DataStepFailed: name of the error
}

// TenantDataResult is the result of a step: it is to be called again, with the
// progress, until it is done. Of DataStepVerify, done means that nothing is left.
type TenantDataResult struct {
	Done     bool               `json:"done"`
	Progress TenantDataProgress `json:"progress"`
}

// TenantDataProgress is how far the work is: pointers and counts, no data. An
// execution begins with the zero value.
type TenantDataProgress struct {
	// Exported are the parts of the export so far, the last of which is at work.
	Exported []ExportedPart `json:"exported,omitempty"`
	// After is the sort key of the item that was exported last, or the key of the
	// object, whose version is AfterVersion; empty at the beginning of a part.
	After        string `json:"after,omitempty"`
	AfterVersion string `json:"afterVersion,omitempty"`
	// Found counts how often something was left.
	Found int `json:"found,omitempty"`
}

// ExportedPart is a part of an export: items of one kind, or the documents'
// contents.
type ExportedPart struct {
	Part string `json:"part"`
	// Objects is how many objects of JSON lines there are: ExportObjectKey names
	// them, from 1 on.
	Objects int `json:"objects"`
	// Count is how many items there are in them, or versions of documents.
	Count int `json:"count"`
	// First and Last are the objects' keys, below the export's prefix; empty where
	// there are none.
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`
}

// ExportFormat is the version of the form of exports.
const ExportFormat = 1

// ExportManifest is the last object of an export, ExportManifestName. An export
// without it is none.
type ExportManifest struct {
	Format    int            `json:"format"` // ExportFormat
	TenantID  string         `json:"tenantId"`
	Operation string         `json:"operation"`
	At        string         `json:"at"` // RFC 3339, UTC, with milliseconds
	Parts     []ExportedPart `json:"parts"`
}

// ExportedDocument is a line of ExportDocuments: a version of an object and
// where its content lies, below the export's prefix.
type ExportedDocument struct {
	Key          string `json:"key"` // as it was
	VersionID    string `json:"versionId"`
	LastModified string `json:"lastModified"` // RFC 3339, UTC, with milliseconds
	Size         int64  `json:"size"`         // bytes
	Content      string `json:"content"`      // object key below the export's prefix
}

// ExportDays is how long an export lies in the documents bucket.
const ExportDays = 30

// ExportManifestName is the key of ExportManifest, below the export's prefix.
const ExportManifestName = "manifest.json"

// ExportDocuments is the part of an export with the contents of documents.
const ExportDocuments = "documents"

// ExportKind is a kind of items and what becomes of it in an export: Part names
// the part that it is in, empty where it is in none.
type ExportKind struct {
	Table  Table
	Begins string // of the sort keys
	Part   string
	Omit   []string // attributes that are left out: what opens something
}

// ExportKinds are all kinds of items that a tenant has, but for its approval
// chains, which stay, and its agent. Not exported is what the platform keeps for
// itself and lets expire within hours or days: open connections, messages on
// their way to an answer, and what writes with an idempotency key answered. What
// it says stands in the other items too.
//
// Each exported kind is read alone, so that no item that expires meanwhile moves
// the bounds of the objects that the lasting ones are in.
func ExportKinds() []ExportKind {
	return []ExportKind{
		{Table: Tickets, Begins: "TICKET#", Part: "tickets"},
		{Table: Tickets, Begins: "REQUEST#"},
		{Table: Conversations, Begins: "CONV#", Part: "messages"},
		{Table: Metadata, Begins: "DOC#", Part: "metadata", Omit: []string{"taskToken", "taskExecution"}},
		{Table: Metadata, Begins: "REQUEST#"},
		{Table: Connections, Begins: "TURN#"},
		{Table: Connections, Begins: "CONN#"},
	}
}

// ExportKey is the object key prefix of an export.
func ExportKey(tenant, operation string) string {
	return ExportPrefix + tenant + "/" + operation + "/"
}

// ExportObjectKey is the key of a part's object of JSON lines, below the
// export's prefix.
func ExportObjectKey(part string, number int) string {
	return fmt.Sprintf("%s/%06d.jsonl", part, number)
}

// ExportContentKey is the key of a document's content, below the export's
// prefix: document is what stands behind DocumentsPrefix in the key that it had.
func ExportContentKey(document, version string) string {
	return "contents/" + document + "/" + version
}

// Times of the state machine, with what they are made of.
const (
	// MaxPresign is how long a presigned upload or download may live.
	MaxPresign = 15 * time.Minute
	// TenantDataTimeout is the longest that an invocation of data-erasure takes:
	// its function's timeout.
	TenantDataTimeout = 300 * time.Second
)
