package contract

// Problem is what went wrong, as RFC 9457 has it. Detail is for people and
// holds nothing that the client may not know.
type Problem struct {
	Type     string `json:"type"`               // "about:blank": the status says everything about it
	Title    string `json:"title"`              // the status's own phrase
	Status   int    `json:"status"`             // of the answer
	Detail   string `json:"detail,omitempty"`   // for people
	Instance string `json:"instance,omitempty"` // id of the request, which support finds in the logs

	Fields         []ProblemField `json:"errors,omitempty"`         // of a 400: what is wrong where
	CurrentVersion int            `json:"currentVersion,omitempty"` // of a 409: the version to start from
}

// ProblemField is what is wrong with a part of the request. It quotes nothing of
// it.
type ProblemField struct {
	Field  string `json:"field"`  // "subject", "body", "query.limit", "header.Idempotency-Key"
	Detail string `json:"detail"` // for people
}
