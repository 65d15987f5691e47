package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/agentcore"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// measure writes metrics. What can't be written is no reason to fail.
func (h handler) measure(ctx context.Context, tenantID string, values ...telemetry.Value) {
	if err := h.metrics.Put(ctx, tenantID, values...); err != nil {
		h.log.WarnContext(ctx, "metrics were not written", contract.LogTenant, tenantID, "error", err.Error())
	}
}

// measureAnswer writes what is measured of an agent's answer, and the log line
// by which the quality of retrieval is reviewed together with the conversation:
// ids and numbers, no words. first says that the answer is the turn's: what an
// attempt took counts in any case, what came of it counts once.
func (h handler) measureAnswer(ctx context.Context, c *chat, a contract.AgentAnswer, first bool) {
	now := h.now()
	took := now.Sub(c.started).Milliseconds()
	values := []telemetry.Value{
		{Metric: contract.MetricBedrockInvocations, Value: float64(a.Usage.Invocations)}, {Metric: contract.MetricBedrockThrottles, Value: float64(a.Usage.Throttles)},
		{Metric: contract.MetricTokensIn, Value: float64(a.Usage.InputTokens)}, {Metric: contract.MetricTokensOut, Value: float64(a.Usage.OutputTokens)},
		{Metric: contract.MetricToolCalls, Value: float64(a.Usage.ToolCalls)},
	}
	if first {
		begun := c.out.first
		if begun.IsZero() {
			begun = now
		}
		values = append(values,
			telemetry.Value{Metric: contract.MetricChatLatency, Value: float64(took)},
			telemetry.Value{Metric: contract.MetricTimeToFirstResponse, Value: float64(begun.Sub(c.started).Milliseconds())},
			telemetry.Value{Metric: contract.MetricRetrievalHits, Value: float64(a.Usage.RetrievalHits)},
			telemetry.Value{Metric: contract.MetricRefusals, Value: one(a.Refused)},
			telemetry.Value{Metric: contract.MetricBlockedTurns, Value: one(a.Blocked)},
			telemetry.Value{Metric: contract.MetricSuggestionsShown, Value: float64(len(a.PendingActions))},
		)
		if c.begins {
			values = append(values, telemetry.Value{Metric: contract.MetricConversations, Value: 1}, telemetry.Value{Metric: contract.MetricDeflections, Value: 1})
		}
	}
	h.measure(ctx, c.scope.Tenant(), values...)
	scores := make([]float64, len(a.Citations))
	for n, s := range a.Citations {
		scores[n] = s.RelevanceScore
	}
	h.log.LogAttrs(ctx, slog.LevelInfo, "chat answer",
		slog.String(contract.LogTenant, c.scope.Tenant()), slog.String("turnId", c.turn.TurnID), slog.String("conversationId", c.turn.ConversationID),
		slog.String("questionId", c.ids.Question), slog.String("answerId", c.ids.Answer), slog.Int("attempt", c.turn.Attempt), slog.Bool("kept", first),
		slog.Int("hits", a.Usage.RetrievalHits), slog.Any("scores", scores), slog.Float64(contract.LogBestScore, a.Usage.BestScore), slog.Bool("grounded", a.Grounded), slog.Bool(contract.LogRefused, a.Refused),
		slog.Bool("blocked", a.Blocked), slog.Bool("escalation", a.Escalation != nil), slog.Int("pendingActions", len(a.PendingActions)),
		slog.Float64("confidence", a.Confidence), slog.Int64("milliseconds", took))
}

// measureFailure writes what is measured of a message without an answer. The
// errors of requests are counted by their statuses, all in one place.
func (h handler) measureFailure(ctx context.Context, c *chat, f *failure) {
	var agent *agentcore.Failure
	values := []telemetry.Value{{Metric: contract.MetricBedrockThrottles, Value: one(errors.As(f, &agent) && agent.Code == contract.AgentErrorThrottled)}}
	if c.turn.ConnectionID != "" {
		values = append(values, telemetry.Value{Metric: contract.MetricErrors, Value: one(f.kind().status >= http.StatusInternalServerError)})
	}
	h.measure(ctx, c.scope.Tenant(), values...)
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
