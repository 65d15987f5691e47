package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

// answers is a model that answers so.
type answers func() ([]byte, error)

func (a answers) InvokeModel(context.Context, *bedrockruntime.InvokeModelInput, ...func(*bedrockruntime.Options)) (*bedrockruntime.InvokeModelOutput, error) {
	body, err := a()
	if err != nil {
		return nil, err
	}
	return &bedrockruntime.InvokeModelOutput{Body: body}, nil
}

func TestModelAnswers(t *testing.T) {
	good, err := json.Marshal(map[string]any{"embedding": fakeaws.Vector("x", length)})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body      string
		err       error
		recovers  bool
		throttles int64
	}{
		"no JSON":        {body: "<html>"},
		"no vector":      {body: "{}"},
		"too short":      {body: `{"embedding":[1]}`},
		"zeros":          {body: `{"embedding":[` + strings.TrimSuffix(strings.Repeat("0,", length), ",") + `]}`},
		"too large":      {body: `{"embedding":[` + strings.TrimSuffix(strings.Repeat("1e300,", length), ",") + `]}`},
		"refused":        {err: &types.ValidationException{Message: aws.String("confidential")}},
		"not allowed":    {err: &types.AccessDeniedException{}},
		"throttled":      {err: &types.ThrottlingException{}, recovers: true, throttles: 1},
		"loading":        {err: &types.ModelNotReadyException{}, recovers: true, throttles: 1},
		"slow":           {err: &types.ModelTimeoutException{}, recovers: true},
		"down":           {err: &types.ServiceUnavailableException{}, recovers: true},
		"of another day": {err: &types.ServiceQuotaExceededException{}},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			m := model{dimensions: length, attempts: 3, pauseBase: time.Microsecond, pauseLimit: time.Microsecond, client: answers(func() ([]byte, error) {
				if calls++; calls > 1 {
					return good, nil
				}
				return []byte(c.body), c.err
			})}
			var used usage
			vector, err := m.patiently(context.Background(), "x", &used)
			if (err == nil) != c.recovers || c.recovers && len(vector) != length || used.throttles.Load() != c.throttles || used.invocations.Load() != int64(calls) {
				t.Errorf("%v after %d calls, %d throttles", err, calls, used.throttles.Load())
			}
			calls = 0
			m.attempts = 1
			if _, err := m.patiently(context.Background(), "x", &used); err == nil || modelRecovers(err) != c.recovers {
				t.Errorf("with one attempt: %v", err)
			}
		})
	}
}

// The model says that it is not ready: later it may be.
func TestModelThatIsNotReady(t *testing.T) {
	w := newWorld(t)
	_, object := w.uploaded("acme", "", text("plug", 1))
	w.h.model.client = answers(func() ([]byte, error) { return nil, &types.ModelNotReadyException{} })
	m := &machine{w: w, object: object}
	m.validate()
	m.step(contract.IngestionStep{Step: contract.StepChunk, Document: &m.document}, &m.chunks)
	in := contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: &m.document, Chunks: &m.chunks}
	if name := w.invoke(in, nil); name != contract.ErrorTransient {
		t.Errorf("error %q", name)
	}
}

// The model is throttled: what it did is kept, and not asked for again.
func TestThrottledModel(t *testing.T) {
	w := newWorld(t)
	w.h.model.attempts = 2
	d, object := w.uploaded("acme", "", text("plug", 30))
	invocations, worked := 0, 0
	w.cloud.SetFault(func(operation string) error {
		if operation != "InvokeModel" {
			return nil
		}
		if invocations++; invocations%3 != 0 {
			return fakeaws.Throttled()
		}
		worked++
		return nil
	})
	m := &machine{w: w, object: object}
	m.validate()
	if name := m.step(contract.IngestionStep{Step: contract.StepChunk, Document: &m.document}, &m.chunks); name != "" {
		t.Fatal(name)
	}
	in := contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: &m.document, Chunks: &m.chunks}
	name, rounds := "again", 0
	for ; name != "" && rounds < 200; rounds++ {
		if name = w.invoke(in, nil); name != "" && name != contract.ErrorTransient {
			t.Fatal(name)
		}
	}
	if rounds < 2 || worked != batchSize(0, m.chunks.Count) || !strings.Contains(w.log.String(), `"BedrockThrottles":`) {
		t.Errorf("%d rounds, %d of %d texts embedded", rounds, worked, m.chunks.Count)
	}
	before := invocations
	if name := w.invoke(in, nil); name != "" || invocations != before {
		t.Errorf("%s: a batch that is there cost %d calls", name, invocations-before)
	}
	w.cloud.SetFault(nil)
	if m := (&machine{w: w, object: object}).run(); m.end != "Done" {
		t.Errorf("%s %s", m.end, m.failure)
	}
	if w.status(d) != "indexed indexed" {
		t.Error(w.status(d))
	}
}

func count(calls []string, operation string) int {
	n := 0
	for _, c := range calls {
		if c == operation {
			n++
		}
	}
	return n
}
