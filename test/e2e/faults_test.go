package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/e2e/local"
)

// operations are the distinct calls that functions make while do runs, in order.
func (h harness) operations(do func()) []string {
	before := len(h.Gateway.Recorder().Calls())
	do()
	var all []string
	for _, c := range h.Gateway.Recorder().Calls()[before:] {
		if name := c.Service + " " + c.Operation; !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// fail makes every call of an operation fail until it is told to stop.
func (h harness) fail(operation string, how local.Fault) (stop func()) {
	h.Gateway.SetFault(func(c local.Call) *local.Fault {
		if c.Function != "" && c.Service+" "+c.Operation == operation {
			return &how
		}
		return nil
	})
	return func() { h.Gateway.SetFault(nil) }
}

// A ticket's making fails at each of its calls, before and after the call took
// effect: the answer says so, and the same request sent again makes it once.
func faults(h harness) {
	p := agent("acme2", "unlucky")
	make := func(key string) answer {
		return h.send(p, http.MethodPost, "/tickets", `{"subject":"Faults","description":"of `+key+`","priority":"low"}`, contract.HeaderIdempotencyKey, key)
	}
	operations := h.operations(func() { make("without").into(http.StatusCreated, nil) })
	// The session and the agent are kept from earlier requests.
	if len(operations) < 3 {
		h.t.Fatalf("making a ticket calls %v", operations)
	}
	keys := map[string]bool{"without": true}
	for _, operation := range operations {
		for _, fault := range []local.Fault{
			{Status: http.StatusInternalServerError, Code: "InternalServerError"}, {Status: http.StatusInternalServerError, Code: "InternalServerError", After: true},
			{Status: http.StatusBadRequest, Code: "ThrottlingException"},
		} {
			key := fmt.Sprintf("%s %d %v", operation, fault.Status, fault.After)
			keys[key] = true
			stop := h.fail(operation, fault)
			broken := make(key)
			stop()
			// What fails after the ticket stands is made up for later.
			honest := []int{http.StatusCreated, http.StatusTooManyRequests, http.StatusServiceUnavailable}
			if !slices.Contains(honest, broken.Status) || (broken.Status != http.StatusCreated && broken.Header["Retry-After"] == "") {
				h.t.Errorf("%s: answered %d %s", key, broken.Status, broken.Body)
			}
			make(key).into(http.StatusCreated, nil)
		}
	}
	var page struct{ Items []contract.Ticket }
	h.send(p, http.MethodGet, "/tickets?limit=100&status=open", "").into(http.StatusOK, &page)
	found := map[string]int{}
	for _, t := range page.Items {
		if t.Subject == "Faults" {
			found[t.Description]++
		}
	}
	for key := range keys {
		if found["of "+key] != 1 {
			h.t.Errorf("%s: there are %d tickets", key, found["of "+key])
		}
	}
}

// A message that nobody could answer ends in the dead-letter queue, with what it
// takes to answer it later.
func deadLetters(h harness) {
	ctx := h.t.Context()
	token, err := h.SignIn(ctx, agent("acme", "patient"))
	if err != nil {
		h.t.Fatal(err)
	}
	client, err := h.Connect(ctx, token)
	if err != nil {
		h.t.Fatal(err)
	}
	stop := h.fail("bedrock-agentcore InvokeAgentRuntime", local.Fault{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailableException"})
	defer stop()
	if err := client.Send(ctx, contract.RouteChat, map[string]any{"message": "Is anybody there?", "turnId": "turn-lost"}); err != nil {
		h.t.Fatal(err)
	}
	letters := h.receive(h.queue(h.Config.Name(contract.AgentInvoke.Name + "-dead-letters")))
	// Lambda's dead letter is the payload itself (AWS Lambda Developer Guide,
	// "Dead-letter queues"); MiniStack wraps it as it does for a destination.
	var letter struct{ RequestPayload contract.ChatHandover }
	if err := json.Unmarshal([]byte(letters[0]), &letter); err != nil || len(letters) != 1 {
		h.t.Fatalf("dead letters %q: %v", letters, err)
	}
	handover := letter.RequestPayload
	if handover.TurnID != "turn-lost" || handover.Message != "Is anybody there?" {
		h.t.Fatalf("the dead letter is %+v", handover)
	}
	if end := h.last(client, "turn-lost"); end.Error == nil || end.Error.Code != contract.ChatUnavailable || end.Error.RetryAfter == 0 {
		h.t.Errorf("the client was told %+v", end)
	}
	stop()
	if err := h.Invoke(ctx, contract.AgentInvoke, handover, nil); err != nil {
		h.t.Fatal(err)
	}
	events, err := client.Events()
	if err != nil {
		h.t.Fatal(err)
	}
	if end := events[len(events)-1]; end.Type != contract.EventTypeDone || !strings.Contains(end.Answer.Text, "Is anybody there?") {
		h.t.Errorf("after the replay the client has %+v", end)
	}
}

// The same upload told of twice is learned once, and a domain that is out of
// reach for a while delays it.
func duplicates(h harness) {
	p, approver := agent("acme2", "uploader"), admin("acme2", "approver")
	// Fewer failures than open the circuit, which is open in real time, while the
	// state machine's pauses are short here.
	const away = 3
	var mu sync.Mutex
	failed := 0
	h.Gateway.SetFault(func(c local.Call) *local.Fault {
		mu.Lock()
		defer mu.Unlock()
		if c.Service == "es" && failed < away {
			failed++
			return &local.Fault{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable"}
		}
		return nil
	})
	defer h.Gateway.SetFault(nil)
	d := h.upload(p, "", "Scanner manual", "# Scans\n\nPut the page-of-acme2 on the glass.\n")
	h.decide(approver, d.DocumentID, 1, "approved")
	h.until(p, d.DocumentID, "it is indexed", func(d document) bool { return d.Status == contract.StatusIndexed })
	if mu.Lock(); failed != away {
		h.t.Errorf("%d calls failed", failed)
	}
	mu.Unlock()
	client := sfn.NewFromConfig(h.AWS)
	list, err := client.ListExecutions(h.t.Context(), &sfn.ListExecutionsInput{StateMachineArn: aws.String(h.Config.StateMachineARN()), MaxResults: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, execution := range list.Executions {
		was, err := client.DescribeExecution(h.t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: execution.ExecutionArn})
		if err != nil {
			h.t.Fatal(err)
		}
		if !strings.Contains(*was.Input, d.DocumentID) {
			continue
		}
		again, err := client.StartExecution(h.t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(h.Config.StateMachineARN()), Input: was.Input})
		if err != nil {
			h.t.Fatal(err)
		}
		h.eventually("the second execution ends", func() bool {
			is, err := client.DescribeExecution(h.t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: again.ExecutionArn})
			if err != nil {
				h.t.Fatal(err)
			}
			if is.Status == "FAILED" {
				h.t.Fatalf("it failed: %s", aws.ToString(is.Cause))
			}
			return is.Status == "SUCCEEDED"
		})
	}
	if texts := h.learned(d.DocumentID); len(texts) != 1 {
		h.t.Errorf("learned %q", texts)
	}
}
