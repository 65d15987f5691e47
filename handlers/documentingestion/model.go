package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/pause"
	"github.com/flowops/flowops/handlers/internal/steps"
)

// modelCalls is how many texts of a batch are embedded side by side.
const modelCalls = 4

// bedrock invokes models.
type bedrock interface {
	InvokeModel(context.Context, *bedrockruntime.InvokeModelInput, ...func(*bedrockruntime.Options)) (*bedrockruntime.InvokeModelOutput, error)
}

// model makes vectors of texts: Titan Embed Text v2, one text a call. A text holds
// at most 8,192 tokens and 50,000 characters, which chunk.MaxTokens respects.
type model struct {
	client     bedrock
	id         string
	dimensions int
	attempts   uint          // of one text
	pauseBase  time.Duration // most that is waited after the first attempt; then twice as much, and so on
	pauseLimit time.Duration // most that is waited between two attempts
}

// name tells the model's vectors from those of another one, or another length.
func (m model) name() string { return fmt.Sprintf("%s/%d", m.id, m.dimensions) }

// usage counts calls of the model, for its metrics.
type usage struct{ invocations, throttles atomic.Int64 }

// embed fills in the vectors that are missing. On an error those that were made
// stay.
func (m model) embed(ctx context.Context, texts []string, vectors [][]float32, used *usage) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(modelCalls)
	for i, text := range texts {
		if vectors[i] != nil {
			continue
		}
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			vector, err := m.patiently(ctx, text, used)
			if err == nil {
				vectors[i] = vector
			}
			return err
		})
	}
	return group.Wait()
}

// patiently embeds a text, again after a pause while the model is throttled or out
// of order, as long as attempts and time last.
func (m model) patiently(ctx context.Context, text string, used *usage) ([]float32, error) {
	vector, err := backoff.Retry(ctx, func() ([]float32, error) {
		used.invocations.Add(1)
		vector, err := m.invoke(ctx, text)
		if fault.Of(err) == fault.Throttled || notReady(err) {
			used.throttles.Add(1)
		}
		if err != nil && !modelRecovers(err) {
			return nil, backoff.Permanent(err)
		}
		return vector, err
	}, backoff.WithBackOff(pause.New(ctx, m.pauseBase, m.pauseLimit)), backoff.WithMaxTries(m.attempts), backoff.WithMaxElapsedTime(0))
	if permanent, ok := err.(*backoff.PermanentError); ok { //nolint:errorlint // the outermost alone: that of a last attempt keeps it
		err = permanent.Unwrap()
	}
	return vector, err
}

func notReady(err error) bool {
	var loading *types.ModelNotReadyException
	return errors.As(err, &loading)
}

// modelRecovers reports whether the model may do later what it did not now.
func modelRecovers(err error) bool {
	var slow *types.ModelTimeoutException
	return steps.Passing(err) || notReady(err) || errors.As(err, &slow)
}

// invoke embeds a text, once. Source of the forms:
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
func (m model) invoke(ctx context.Context, text string) ([]float32, error) {
	body, err := json.Marshal(struct {
		InputText  string `json:"inputText"`
		Dimensions int    `json:"dimensions"`
		Normalize  bool   `json:"normalize"`
	}{text, m.dimensions, true})
	if err != nil {
		return nil, fmt.Errorf("write a text: %w", err)
	}
	out, err := m.client.InvokeModel(ctx, &bedrockruntime.InvokeModelInput{
		ModelId: aws.String(m.id), ContentType: aws.String("application/json"), Accept: aws.String("application/json"), Body: body,
	})
	if err != nil {
		return nil, fmt.Errorf("invoke the model: %w", err)
	}
	var answer struct {
		Embedding []float32 `json:"embedding"`
	}
	if json.Unmarshal(out.Body, &answer) != nil {
		return nil, errNoVector
	}
	return answer.Embedding, m.check(answer.Embedding)
}

var errNoVector = errors.New("the model did not answer with a vector")

// check refuses what is not one of the model's vectors.
func (m model) check(vector []float32) error {
	length := 0.0
	for _, x := range vector {
		length += float64(x) * float64(x)
	}
	if len(vector) != m.dimensions || length == 0 || math.IsNaN(length) || math.IsInf(length, 0) {
		return errNoVector
	}
	return nil
}
