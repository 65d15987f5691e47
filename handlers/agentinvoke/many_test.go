package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// Two tenants, whose ids begin alike, at once: never a word of one in what the
// other gets or keeps.
func TestTenantsAtOnce(t *testing.T) {
	h := newHarness(t)
	h.agent = func(call fakeaws.AgentCall) (string, io.Reader, error) {
		r := call.Request
		if !strings.HasSuffix(call.ARN, "_"+r.TenantID) || !strings.Contains(r.Message, "word-of-"+r.TenantID+".") {
			t.Errorf("%s was asked for %s: %s", call.ARN, r.TenantID, r.Message)
		}
		a := grounded()
		a.Text = "Answer: " + r.Message
		return "text/event-stream", fakeaws.Events(delta(r.Message), answerEvent(a)), nil
	}
	const each = 60
	tenants := []string{"acme", "acme2"}
	var wait sync.WaitGroup
	for n := range each {
		for i, own := range tenants {
			other := "word-of-" + tenants[1-i] + "."
			wait.Go(func() {
				got := h.do(call{tenant: own, message: fmt.Sprintf("word-of-%s. %d", own, n), key: fmt.Sprint(n % 40)}, map[bool]int{true: 200, false: 422}[n < 40])
				if text, _ := json.Marshal(got); strings.Contains(string(text), other) {
					t.Errorf("%s got %s", own, text)
				}
			})
			wait.Go(func() {
				in := handed() // the same turns and connections for both
				in.TenantID, in.Subject, in.TurnID, in.Message = own, "person-of-"+own, fmt.Sprintf("turn-%d", n), fmt.Sprintf("word-of-%s. %d", own, n)
				in.ConnectionID = "client-of-" + own
				if err := h.hand(in); err != nil {
					t.Error(err)
				}
			})
		}
		if n == 39 {
			wait.Wait() // what follows asks other things with the same keys
		}
	}
	wait.Wait()
	for i, own := range tenants {
		other := "word-of-" + tenants[1-i] + "."
		done := 0
		for _, e := range h.clients.Got("client-of-" + own) {
			if text := string(marshal(e)); strings.Contains(text, other) {
				t.Errorf("%s got %s", own, text)
			}
			if e.Answer != nil {
				done++
			}
		}
		if done != each {
			t.Errorf("%s: %d answers", own, done)
		}
		for _, table := range []string{contract.Conversations.Name, contract.Connections.Name} {
			for _, item := range h.cloud.Items(table) {
				var all map[string]any
				if err := attributevalue.UnmarshalMap(item, &all); err != nil {
					t.Fatal(err)
				}
				if all["PK"] == "TENANT#"+own && strings.Contains(printed(all), other) {
					t.Errorf("%s keeps %v", own, all)
				}
			}
		}
	}
	if n := len(h.messages()); n != 2*2*(40+each) {
		t.Errorf("%d messages", n)
	}
	if len(h.cloud.Denied()) > 0 {
		t.Error(h.cloud.Denied())
	}
}

func TestMetrics(t *testing.T) {
	h := newHarness(t)
	a := escalating()
	a.Escalation, a.Refused, a.Blocked, a.Usage.Throttles, a.Usage.ToolCalls = nil, true, true, 1, 3
	h.says(delta("x"), answerEvent(a))
	if got := h.do(call{}, 200); got["grounded"] != false || got["refused"] != true || got["escalated"] != false { // it can't be both
		t.Errorf("%v", got)
	}
	want := map[string]float64{
		contract.MetricRetrievalHits: 3, contract.MetricBedrockInvocations: 2, contract.MetricBedrockThrottles: 1, contract.MetricRefusals: 1, contract.MetricBlockedTurns: 1, contract.MetricToolCalls: 3,
		contract.MetricTokensIn: 100, contract.MetricTokensOut: 20, contract.MetricTenantRequests: 1, contract.MetricErrors: 0,
		contract.MetricSuggestionsShown: 1, contract.MetricConversations: 1, contract.MetricDeflections: 1,
	}
	got := map[string]float64{}
	for name := range want {
		if all := h.metrics(name); len(all) == 1 {
			got[name] = all[0]
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	latency, first := h.metrics(contract.MetricChatLatency), h.metrics(contract.MetricTimeToFirstResponse)
	if len(latency) != 1 || len(first) != 1 || first[0] < 1 || latency[0] <= first[0] {
		t.Errorf("latency %v, first %v", latency, first)
	}
	var line map[string]any
	for l := range strings.Lines(h.log.String()) {
		if strings.Contains(l, `"chat answer"`) {
			if err := json.Unmarshal([]byte(l), &line); err != nil {
				t.Fatal(err)
			}
		}
	}
	m := h.messages()
	for name, want := range map[string]any{
		"tenant": "acme", "conversationId": m[0].ConversationID, "questionId": m[0].MessageID, "answerId": m[1].MessageID, "hits": 3.0,
		"grounded": false, "refused": true, "confidence": 0.5, "escalation": false,
	} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	if cmp.Diff([]any{0.75}, line["scores"]) != "" {
		t.Errorf("%v", line["scores"])
	}
}

func TestMessageMax(t *testing.T) {
	text, err := contract.Model("ChatRequest")
	if err != nil {
		t.Fatal(err)
	}
	var model struct {
		Properties struct{ Message struct{ MaxLength int } }
	}
	if err := json.Unmarshal(text, &model); err != nil || model.Properties.Message.MaxLength != contract.ChatMessageMax {
		t.Errorf("%+v, %v", model, err)
	}
}

// FuzzHandle: no payload makes the function panic, and none reaches an agent but
// a complete message or request, whose tenant's agent it is.
func FuzzHandle(f *testing.F) {
	valid, _ := json.Marshal(handed())
	request, _ := json.Marshal(call{}.event())
	for _, seed := range []string{string(valid), string(request), `{}`, `[]`, `null`, `{"httpMethod":"POST"}`, `{"tenantId":"globex","subject":"x","turnId":"t","message":"x","connectionId":"c","endpoint":"` + endpoint + `"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		h := newHarness(t)
		response, err := h.fn.handle(context.Background(), json.RawMessage(payload))
		for _, a := range h.asked {
			in, handed := handover(json.RawMessage(payload))
			event, rest := restEvent(json.RawMessage(payload))
			claims, _ := event.RequestContext.Authorizer["claims"].(map[string]any)
			if (handed != nil || in.TenantID != a.Request.TenantID) && (!rest || claims["custom:tenant_id"] != a.Request.TenantID) {
				t.Errorf("%s: an agent of %s was asked", payload, a.Request.TenantID)
			}
			if !strings.HasSuffix(a.ARN, "_"+a.Request.TenantID) || a.Request.Message == "" {
				t.Errorf("%+v", a)
			}
		}
		if err == nil && response.StatusCode == 0 && len(h.cloud.Calls()) == 0 {
			t.Error("it was taken, and nothing was done")
		}
		if len(h.cloud.Denied()) > 0 {
			t.Error(h.cloud.Denied())
		}
	})
}

// The function's own part of a message, without AWS: under 1 ms.
func BenchmarkChat(b *testing.B) {
	h := newHarness(b)
	payload, err := json.Marshal(call{}.event())
	if err != nil {
		b.Fatal(err)
	}
	h.fn.log, h.fn.metrics = discardLog(), discardMetrics()
	b.ReportAllocs()
	for b.Loop() {
		if r, err := h.fn.handle(b.Context(), payload); err != nil || r.StatusCode != 200 {
			b.Fatal(r.StatusCode, err)
		}
	}
}

// The same, handed on by the websocket function: with a turn and a client.
func BenchmarkHandover(b *testing.B) {
	h := newHarness(b)
	h.fn.log, h.fn.metrics = discardLog(), discardMetrics()
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		in := handed()
		in.TurnID = fmt.Sprint(n)
		if err := h.hand(in); err != nil {
			b.Fatal(err)
		}
	}
}

func discardLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

func discardMetrics() *telemetry.Metrics {
	return telemetry.NewMetrics(io.Discard, contract.MetricNamespace, contract.AgentInvoke.Name, "dev", slog.LevelInfo)
}
