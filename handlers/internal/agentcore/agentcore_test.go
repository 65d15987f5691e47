package agentcore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockagentcore"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

// api answers with a body, and keeps what it was asked.
type api struct {
	media string
	body  io.Reader
	err   error
	asked *bedrockagentcore.InvokeAgentRuntimeInput
}

func (a *api) InvokeAgentRuntime(_ context.Context, in *bedrockagentcore.InvokeAgentRuntimeInput, _ ...func(*bedrockagentcore.Options)) (*bedrockagentcore.InvokeAgentRuntimeOutput, error) {
	if a.asked = in; a.err != nil {
		return nil, a.err
	}
	return &bedrockagentcore.InvokeAgentRuntimeOutput{ContentType: aws.String(a.media), Response: io.NopCloser(a.body)}, nil
}

func stream(events ...string) *api {
	return &api{media: "text/event-stream", body: strings.NewReader("data: " + strings.Join(events, "\n\ndata: ") + "\n\n")}
}

var question = Question{
	Agent:   contract.AgentConfiguration{AgentARN: "arn:r", AgentAliasID: "live"},
	Session: strings.Repeat("s", 64), Request: contract.AgentRequest{TenantID: "acme", Message: "confidential"},
}

// ask returns what was emitted, one word each, and the answer.
func ask(a *api) (string, contract.AgentAnswer, error) {
	var emitted []string
	answer, err := Ask(context.Background(), a, question, func(e contract.AgentEvent) { emitted = append(emitted, e.Type+":"+e.Text) })
	return strings.Join(emitted, " "), answer, err
}

const (
	good     = `{"type":"answer","answer":{"text":"Yes.","confidence":0.5}}`
	source   = `{"documentId":"d","relevanceScore":%s}`
	proposal = `{"actionId":"0190a2b4-5c6d-7e8f-9a0b-000000000001","type":"create_ticket","step":"requested"%s}`
)

func TestAsk(t *testing.T) {
	a := stream(`{"type":"delta","text":"a"}`, `{"type":"new","text":"b"}`, `{"type":"delta"}`, `{}`, `{"type":"citation"}`,
		`{"type":"citation","citation":{"documentId":"","relevanceScore":1}}`, `{"type":"citation","citation":`+fmt.Sprintf(source, "1")+`}`,
		`{"type":"action_required"}`, `{"type":"action_required","action":`+fmt.Sprintf(proposal, "")+`}`, `{"type":"action_required","action":{"actionId":"x"}}`,
		good, `{"type":"delta","text":"too late"}`)
	//lint:ignore SA1029 the runtime client's key is a string
	ctx := context.WithValue(context.Background(), "x-amzn-trace-id", "Root=1-2-3")
	var emitted []string
	answer, err := Ask(ctx, a, question, func(e contract.AgentEvent) { emitted = append(emitted, e.Type+":"+e.Text) })
	if err != nil || answer.Text != "Yes." || cmp.Diff([]string{"delta:a", "citation:", "action_required:"}, emitted) != "" {
		t.Errorf("%v, %+v, %v", emitted, answer, err)
	}
	payload, _ := json.Marshal(question.Request)
	if in := a.asked; *in.AgentRuntimeArn != "arn:r" || *in.Qualifier != "live" || *in.RuntimeSessionId != question.Session || string(in.Payload) != string(payload) ||
		*in.ContentType != "application/json" || *in.Accept != "text/event-stream" || aws.ToString(in.TraceId) != "Root=1-2-3" || in.RuntimeUserId != nil {
		t.Errorf("%+v", in)
	}
}

// What can't be true, or is too much, is no answer.
func TestAnswersThatAreNone(t *testing.T) {
	answer := func(fields string) string {
		return `{"type":"answer","answer":{"text":"Yes.","confidence":0.5,` + fields + `}}`
	}
	many := func(n int, what string) string { return strings.TrimSuffix(strings.Repeat(what+",", n), ",") }
	tests := []struct {
		name string
		api  *api
		ok   bool
	}{
		{"a good one", stream(good), true},
		{"no JSON", stream(`confidential`), false},
		{"no answer in it", stream(`{"type":"answer"}`), false},
		{"no error in it", stream(`{"type":"error"}`), false},
		{"no text", stream(`{"type":"answer","answer":{"confidence":0.5}}`), false},
		{"confidence above 1", stream(`{"type":"answer","answer":{"text":"Yes.","confidence":1.01}}`), false},
		{"confidence below 0", stream(`{"type":"answer","answer":{"text":"Yes.","confidence":-0.01}}`), false},
		{"confidence of 1", stream(`{"type":"answer","answer":{"text":"Yes.","confidence":1}}`), true},
		{"a score above 1", stream(answer(`"citations":[` + fmt.Sprintf(source, "1.5") + `]`)), false},
		{"a score below 0", stream(answer(`"citations":[` + fmt.Sprintf(source, "-1") + `]`)), false},
		{"no document", stream(answer(`"citations":[{"relevanceScore":1}]`)), false},
		{"a document that is a text", stream(answer(`"citations":[{"documentId":"` + strings.Repeat("x", maxID+1) + `"}]`)), false},
		{"citations just so", stream(answer(`"citations":[` + many(maxCitations, fmt.Sprintf(source, "0")) + `]`)), true},
		{"citations by one", stream(answer(`"citations":[` + many(maxCitations+1, fmt.Sprintf(source, "0")) + `]`)), false},
		{"actions just so", stream(answer(`"pendingActions":[` + many(maxActions, fmt.Sprintf(proposal, "")) + `]`)), true},
		{"actions by one", stream(answer(`"pendingActions":[` + many(maxActions+1, fmt.Sprintf(proposal, "")) + `]`)), false},
		{"an action of no type", stream(answer(`"pendingActions":[` + strings.Replace(fmt.Sprintf(proposal, ""), "create_ticket", "rm", 1) + `]`)), false},
		{"an action that was executed", stream(answer(`"pendingActions":[` + strings.Replace(fmt.Sprintf(proposal, ""), "requested", "executed", 1) + `]`)), false},
		{"an action without an id", stream(answer(`"pendingActions":[` + strings.Replace(fmt.Sprintf(proposal, ""), "0190a2b4", "x", 1) + `]`)), false},
		{"an action with a long ticket", stream(answer(`"pendingActions":[` + fmt.Sprintf(proposal, `,"ticketId":"`+strings.Repeat("x", maxID+1)+`"`) + `]`)), false},
		{"an input that is too long", stream(answer(`"pendingActions":[` + fmt.Sprintf(proposal, `,"input":"`+strings.Repeat("x", contract.ActionInputMax)+`"`) + `]`)), false},
		{"an escalation that is another action", stream(answer(`"escalation":` + fmt.Sprintf(proposal, ""))), false},
		{"an escalation without an id", stream(answer(`"escalation":{"type":"escalate_to_human","step":"requested"}`)), false},
		{"an escalation", stream(answer(`"escalation":` + strings.Replace(fmt.Sprintf(proposal, ""), "create_ticket", "escalate_to_human", 1))), true},
		{"an event that is too large", stream(`{"type":"delta","text":"`+strings.Repeat("x", maxEvent)+`"}`, good), false},
		{"a stream that is too large", stream(many(maxTotal/(200<<10)+1, "")+strings.Repeat(`{"type":"delta","text":"`+strings.Repeat("x", 200<<10)+"\"}\n\ndata: ", 11), good), false},
		{"too many events", stream(strings.Repeat("{}\n\ndata: ", maxEvents), good), false},
		{"many events", stream(strings.Repeat("{}\n\ndata: ", maxEvents-1) + good), true},
		{"JSON that is too large", &api{media: "application/json", body: strings.NewReader(`{"text":"Yes.","x":"` + strings.Repeat("x", maxEvent) + `"}`)}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := ask(tt.api)
			if (err == nil) != tt.ok {
				t.Fatal(err)
			}
			var f *Failure
			if err != nil && (!errors.As(err, &f) || f.Code != contract.AgentErrorUnavailable || strings.Contains(err.Error(), "confidential")) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestCheckCutsAndCorrects(t *testing.T) {
	a := contract.AgentAnswer{
		Text: strings.Repeat("ä", maxText), Grounded: true, Usage: contract.AgentUsage{InputTokens: -1, RetrievalHits: 2, BestScore: 1.5},
		Citations: []contract.Citation{{DocumentID: "d", DocumentTitle: strings.Repeat("t", maxTitle+1), Snippet: "x" + strings.Repeat("ö", maxSnippet)}},
	}
	for range 2 {
		a.PendingActions = append(a.PendingActions, contract.Action{
			ActionID: "0190a2b4-5c6d-7e8f-9a0b-000000000001", Type: contract.ToolCreateTicket, Step: contract.ActionRequested, Input: json.RawMessage(`"` + strings.Repeat("i", maxInputs*2/3) + `"`),
		})
	}
	if err := check(&a); err != nil {
		t.Fatal(err)
	}
	c := a.Citations[0]
	if a.Text != strings.Repeat("ä", maxText/2) || len(c.DocumentTitle) != maxTitle || c.Snippet != "x"+strings.Repeat("ö", (maxSnippet-1)/2) {
		t.Errorf("%d, %d, %d", len(a.Text), len(c.DocumentTitle), len(c.Snippet))
	}
	if a.PendingActions[0].Input == nil || a.PendingActions[1].Input != nil || !a.Grounded || a.Usage.InputTokens != 0 || a.Usage.RetrievalHits != 2 || a.Usage.BestScore != 1 {
		t.Errorf("%v, %+v", a.Grounded, a.Usage)
	}
	for name, change := range map[string]func(*contract.AgentAnswer){
		"no source": func(a *contract.AgentAnswer) { a.Citations = nil }, "refused": func(a *contract.AgentAnswer) { a.Refused = true }, "blocked": func(a *contract.AgentAnswer) { a.Blocked = true },
	} {
		b := a
		change(&b)
		if err := check(&b); err != nil || b.Grounded || b.Refused != (name != "no source") {
			t.Errorf("%s: grounded %v, refused %v, %v", name, b.Grounded, b.Refused, err)
		}
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		b := a
		b.Confidence = x
		if check(&b) == nil {
			t.Errorf("a confidence of %v", x)
		}
	}
}

// A failure in the stream's middle keeps what was emitted, and tells nothing of
// it in its text.
func TestFailureOnTheWay(t *testing.T) {
	a := stream(`{"type":"delta","text":"a"}`)
	a.body = io.MultiReader(a.body, failing{})
	emitted, _, err := ask(a)
	var f *Failure
	if emitted != "delta:a" || !errors.As(err, &f) || f.Code != contract.AgentErrorUnavailable || !errors.Is(err, errBroken) {
		t.Errorf("%s, %v", emitted, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Ask(ctx, &api{err: io.ErrUnexpectedEOF}, question, nil); !errors.As(err, &f) || f.Code != contract.AgentErrorTimeout {
		t.Errorf("%v", err)
	}
}

// The reading of a stream that says nothing ends with the time for it, whatever
// the stream is made of.
func TestSilence(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	body, hold := io.Pipe()
	defer func() { _ = hold.Close() }()
	var f *Failure
	go func() {
		_, _ = io.WriteString(hold, "data: {\"type\":\"delta\",\"text\":\"a\"}\n\n") // returns when it is read
		cancel()
	}()
	_, err := Ask(ctx, closing{body}, question, func(contract.AgentEvent) {})
	if !errors.As(err, &f) || f.Code != contract.AgentErrorTimeout {
		t.Errorf("%v", err)
	}
}

// closing answers with a body whose reading nothing but its closing ends.
type closing struct{ body io.ReadCloser }

func (c closing) InvokeAgentRuntime(context.Context, *bedrockagentcore.InvokeAgentRuntimeInput, ...func(*bedrockagentcore.Options)) (*bedrockagentcore.InvokeAgentRuntimeOutput, error) {
	return &bedrockagentcore.InvokeAgentRuntimeOutput{ContentType: aws.String("text/event-stream"), Response: c.body}, nil
}

var errBroken = errors.New("broken")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }
