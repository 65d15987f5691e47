// Package telemetry makes the logger of a function, and its metrics: JSON lines
// that carry the function, the environment, and the ids of the request and the
// trace that they belong to. Log facts, never the event.
package telemetry

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/flowops/flowops/contract"
)

// traceIDKey is the context key under which the Lambda runtime client stores
// the invocation's X-Ray trace header. It is a string there, so it is here.
const traceIDKey = "x-amzn-trace-id"

// Level is the level that LOG_LEVEL names: DEBUG, INFO, WARN or ERROR.
func Level(name string) (slog.Level, error) {
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if name == level.String() {
			return level, nil
		}
	}
	return slog.LevelInfo, fmt.Errorf("log level is %q: it must be DEBUG, INFO, WARN or ERROR", name)
}

// NewLogger returns a logger that writes one JSON object a line to w. The keys
// "timestamp", "level" and "message" are those of Lambda's own JSON logs, so
// that its log-level control and one saved query fit both.
func NewLogger(w io.Writer, function, environment string, level slog.Level) *slog.Logger {
	json := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: lambdacontext.ReplaceAttr})
	return slog.New(handler{json}).With(contract.LogFunction, function, contract.LogEnvironment, environment)
}

// handler adds what the context knows of the invocation.
type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	request, trace := ids(ctx)
	if request != "" {
		r.AddAttrs(slog.String(contract.LogRequestID, request))
	}
	if trace != "" {
		r.AddAttrs(slog.String(contract.LogTraceID, trace))
	}
	return h.Handler.Handle(ctx, r)
}

// ids are the ids of the invocation's request and trace; empty where there is
// none.
func ids(ctx context.Context) (request, trace string) {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		request = lc.AwsRequestID
	}
	trace, _ = ctx.Value(traceIDKey).(string)
	return request, trace
}

// TraceHeader is the invocation's X-Ray trace header, to hand on to what it
// calls; empty where there is none.
func TraceHeader(ctx context.Context) string {
	_, trace := ids(ctx)
	return trace
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
