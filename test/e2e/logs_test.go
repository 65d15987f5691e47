package e2e

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// checkLogs reads what the functions logged in all scenarios: JSON lines with a
// request and a trace, and nothing of what people wrote or are.
func checkLogs(t *testing.T, h harness) {
	t.Helper()
	// Marks that the scenarios put into requests, documents and answers.
	private := regexp.MustCompile(`mark-of-|-of-acme|second-paper|4111 1111|Faults|Toner|customer\.example|@acme|Is anybody|Where is the door|I want a person|Printer manual|Scanner manual|eyJ[A-Za-z0-9_-]{20}`)
	lines, requests := 0, map[string]bool{}
	for line := range bytes.SplitSeq(h.Log(), []byte("\n")) {
		var fields struct{ Function, RequestID, TraceID string }
		if json.Unmarshal(line, &fields) != nil || fields.Function == "" {
			continue
		}
		lines++
		requests[fields.RequestID] = true
		if found := private.Find(line); found != nil {
			t.Errorf("the log holds %q: %s", found, line)
		}
		if fields.RequestID != "" && !strings.Contains(fields.TraceID, "Root=") {
			t.Errorf("a line without a trace: %s", line)
		}
	}
	if lines < 100 || len(requests) < 50 {
		t.Errorf("only %d lines of %d requests", lines, len(requests))
	}
	for _, c := range h.Gateway.Recorder().Calls() {
		// Agents report spans to AgentCore's collector; the functions' SDK hands X-Ray's header on.
		if c.Trace == "" && c.Function != h.Config.Name("agent") && c.Service != "es" && c.Operation != "PutObject" {
			t.Errorf("%s calls %s %s without a trace", c.Function, c.Service, c.Operation)
		}
	}
}
