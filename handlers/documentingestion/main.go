// Command documentingestion does the steps of the ingestion state machine, and
// removes what a deleted document left in the index.
//
// Every step may run twice, and beside another execution's of the same upload.
// One that finds its upload superseded or its document deleted does nothing, and
// so do those after it: the execution runs out without a trace.
package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/account"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/chunk"
	"github.com/flowops/flowops/handlers/internal/extract"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/start"
)

// callTimeout bounds one attempt of an AWS call, with the reading of its answer:
// a document of 50 MiB is the longest. The function has 300 s for a step.
const callTimeout = 30 * time.Second

// dimensions are what Titan Embed Text v2 makes. Source:
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
var dimensions = []int{256, 512, 1024}

func main() { start.Lambda(contract.DocumentIngestion, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[contract.IngestionStep, any], error) {
	length, err := strconv.Atoi(in.Env[contract.EnvEmbeddingDims])
	if err != nil || !slices.Contains(dimensions, length) {
		return nil, fmt.Errorf("%s: vectors are 256, 512 or 1024 long", contract.EnvEmbeddingDims)
	}
	cfg, err := account.Open(ctx, in, callTimeout)
	if err != nil {
		return nil, err
	}
	domain, err := search.NewDomain(search.Config{Endpoint: in.Env[contract.EnvSearchEndpoint], Region: cfg.Region})
	if err != nil {
		return nil, err
	}
	h := handler{
		log: in.Log, metrics: in.Metrics, now: time.Now,
		scopes: account.Scopes(cfg, in, contract.DocumentIngestion),
		bus:    bus.Bus{Client: eventbridge.NewFromConfig(cfg), Name: in.Env[contract.EnvEventBus]}, domain: domain,
		model: model{
			client: bedrockruntime.NewFromConfig(cfg, func(o *bedrockruntime.Options) { o.Retryer = aws.NopRetryer{} }), // the model's own pauses count throttles
			id:     in.Env[contract.EnvEmbeddingModel], dimensions: length, attempts: 12, pauseBase: 500 * time.Millisecond, pauseLimit: 20 * time.Second,
		},
		limits: extract.DefaultLimits(), chunks: chunk.DefaultOptions(),
		table: in.Env[contract.EnvMetadataTable], bucket: in.Env[contract.EnvDocumentsBucket],
	}
	return h.handle, nil
}
