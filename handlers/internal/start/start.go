// Package start is what every function's main does: read the environment,
// make the logger, wire the handler, and serve invocations.
package start

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/environment"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// Input is what a function is wired from.
type Input struct {
	Env     environment.Values // every variable that the function requires
	Log     *slog.Logger
	Metrics *telemetry.Metrics
}

// Handler answers one invocation.
type Handler[In, Out any] = func(context.Context, In) (Out, error)

// Wire makes a function's handler. It opens clients, once for all invocations.
type Wire[In, Out any] func(context.Context, Input) (Handler[In, Out], error)

// Lambda serves fn's invocations with the handler that wire makes, and does not
// return. A function that can't start logs why as one JSON line and exits with
// code 1, which Lambda reports as a failed initialization.
func Lambda[In, Out any](fn contract.Function, wire Wire[In, Out]) {
	handler, log, err := Prepare(context.Background(), fn, os.LookupEnv, os.Stdout, wire)
	if err != nil {
		os.Exit(1)
	}
	// The runtime client reports its own failures to the standard logger: send
	// them through ours, at a level that no LOG_LEVEL hides.
	slog.SetLogLoggerLevel(slog.LevelError)
	slog.SetDefault(log)
	lambda.StartHandlerFunc(handler)
}

// Prepare does all of Lambda but serving: it reads fn's environment by lookup
// and returns the handler that wire makes and its logger, which writes to w.
// Its error has been logged.
func Prepare[In, Out any](
	ctx context.Context, fn contract.Function, lookup func(string) (string, bool), w io.Writer, wire Wire[In, Out],
) (Handler[In, Out], *slog.Logger, error) {
	env, err := environment.Read(fn, lookup)
	level, levelErr := telemetry.Level(env[contract.EnvLogLevel]) // INFO where it can't be read
	if _, set := env[contract.EnvLogLevel]; set && levelErr != nil {
		err = errors.Join(err, fmt.Errorf("%s: %w", contract.EnvLogLevel, levelErr))
	}
	log := telemetry.NewLogger(w, fn.Name, env[contract.EnvEnvironment], level)
	if err != nil {
		attrs := []any{"error", err.Error()}
		var missing *environment.MissingError
		if errors.As(err, &missing) {
			attrs = append(attrs, "missing", missing.Names)
		}
		log.ErrorContext(ctx, "can't start", attrs...)
		return nil, log, fmt.Errorf("start %s: %w", fn.Name, err)
	}
	metrics := telemetry.NewMetrics(w, env[contract.EnvMetricNamespace], fn.Name, env[contract.EnvEnvironment], level)
	handler, err := wire(ctx, Input{Env: env, Log: log, Metrics: metrics})
	if err != nil {
		log.ErrorContext(ctx, "can't start", "error", err.Error())
		return nil, log, fmt.Errorf("wire %s: %w", fn.Name, err)
	}
	return handler, log, nil
}
