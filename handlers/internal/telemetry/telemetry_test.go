package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
)

func TestLevel(t *testing.T) {
	tests := []struct {
		name string
		want slog.Level
		ok   bool
	}{
		{"DEBUG", slog.LevelDebug, true},
		{"INFO", slog.LevelInfo, true},
		{"WARN", slog.LevelWarn, true},
		{"ERROR", slog.LevelError, true},
		{"debug", slog.LevelInfo, false},
		{"INFO+2", slog.LevelInfo, false},
		{"", slog.LevelInfo, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Level(tt.name)
			if got != tt.want || (err == nil) != tt.ok {
				t.Errorf("Level(%q) = %v, %v", tt.name, got, err)
			}
		})
	}
}

func TestLogger(t *testing.T) {
	invocation := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
	//lint:ignore SA1029 the runtime client's key is a string
	traced := context.WithValue(invocation, traceIDKey, "Root=1-2-3")
	tests := []struct {
		name string
		ctx  context.Context
		log  func(*slog.Logger, context.Context)
		want map[string]any
	}{
		{
			name: "outside an invocation",
			ctx:  context.Background(),
			log:  func(l *slog.Logger, ctx context.Context) { l.InfoContext(ctx, "hello", "count", 2) },
			want: map[string]any{"level": "INFO", "message": "hello", "function": "records", "environment": "dev", "count": 2.0},
		},
		{
			name: "in an invocation",
			ctx:  invocation,
			log:  func(l *slog.Logger, ctx context.Context) { l.WarnContext(ctx, "hello") },
			want: map[string]any{"level": "WARN", "message": "hello", "function": "records", "environment": "dev", "requestId": "request-1"},
		},
		{
			name: "traced, with attributes of a derived logger",
			ctx:  traced,
			log:  func(l *slog.Logger, ctx context.Context) { l.With("tenant", "acme").ErrorContext(ctx, "hello") },
			want: map[string]any{
				"level": "ERROR", "message": "hello", "function": "records", "environment": "dev",
				"tenant": "acme", "requestId": "request-1", "traceId": "Root=1-2-3",
			},
		},
		{
			name: "below the level",
			ctx:  invocation,
			log:  func(l *slog.Logger, ctx context.Context) { l.DebugContext(ctx, "hello") },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			tt.log(NewLogger(&out, "records", "dev", slog.LevelInfo), tt.ctx)
			if tt.want == nil {
				if out.Len() > 0 {
					t.Errorf("wrote %s", out.String())
				}
				return
			}
			var got map[string]any
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatalf("%v: %s", err, out.String())
			}
			stamp, _ := got["timestamp"].(string)
			if _, err := time.Parse(time.RFC3339Nano, stamp); err != nil {
				t.Errorf("timestamp: %v", err)
			}
			delete(got, "timestamp")
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("line (-want +got):\n%s", d)
			}
		})
	}
}
