package contract

// Purposes of the codes that the session key makes. What is signed begins with
// its purpose and a zero byte, so that a code for one purpose is none for
// another.
const (
	CodeCursor  = "flowops/cursor/1"
	CodeSession = "flowops/session/1"
)
