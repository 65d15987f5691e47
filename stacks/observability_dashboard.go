package stacks

import (
	"fmt"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// dashboardRows are the rows of the dashboard, from what the product promises
// down to what it rests on.
func dashboardRows(o observed, alarms []*string) [][]blocks.Widget {
	rows := [][]blocks.Widget{
		{{Kind: blocks.TextWidget, Width: 24, Height: 2, Markdown: fmt.Sprintf(
			"# %s\nPromises: P99 of chat within %g s, at most %g %% errors. Saved queries stand in Logs Insights under `%s/`.",
			o.cfg.Prefix(), o.cfg.Alarms.LatencyP99Seconds, o.cfg.Alarms.ErrorRatePercent, o.cfg.Prefix())}},
		{{Kind: blocks.AlarmsWidget, Title: "Alarms", Width: 24, Height: 8, AlarmARNs: alarms}},
		headlinesRow(o), answersRow(o), outcomesRow(o), tenantsRow(o), modelsRow(o),
	}
	if o.cfg.AI.InvocationLogging {
		rows = append(rows, invocationsRow(o))
	}
	return append(rows, ingestionRow(o), functionsRow(o), searchRow(o), apisRow(o), storageRow(o), securityRow(o))
}

// period is the period of every series.
func (o observed) period() int { return o.cfg.Alarms.DashboardPeriodSec }

// own is a series of one of the platform's own metrics.
func (o observed) own(name, stat, label string) blocks.Series {
	return blocks.Series{Metric: o.platform(name, stat, o.period()), Label: label}
}

// ratioSeries is a percentage of two metrics, by itself or as three series of which
// one shows.
func ratioSeries(label string, part, whole blocks.Metric) []blocks.Series {
	return []blocks.Series{
		{Metric: part.As("part"), Hidden: true},
		{Metric: whole.As("whole"), Hidden: true},
		{Metric: blocks.Metric{ID: "ratio"}, Expression: percentOf("part", "whole"), Label: label},
	}
}

func (o observed) errorRate() []blocks.Series {
	return ratioSeries("ErrorRate", o.platform(contract.MetricErrors, "Sum", o.period()), o.platform(contract.MetricTenantRequests, "Sum", o.period()))
}

func (o observed) deflectionRate() []blocks.Series {
	return ratioSeries("Deflection rate", o.platform(contract.MetricDeflections, "Sum", o.period()), o.platform(contract.MetricConversations, "Sum", o.period()))
}

func (o observed) acceptanceRate() []blocks.Series {
	return ratioSeries("Acceptance rate", o.platform(contract.MetricSuggestionsAccepted, "Sum", o.period()), o.platform(contract.MetricSuggestionsShown, "Sum", o.period()))
}

func headlinesRow(o observed) []blocks.Widget {
	number := func(title string, series ...blocks.Series) blocks.Widget {
		return blocks.Widget{Kind: blocks.NumberWidget, Title: title, Width: 4, Height: 4, Series: series}
	}
	return []blocks.Widget{
		number("Chat latency P99, ms", o.own(contract.MetricChatLatency, "p99", "ChatLatencyP99")),
		number("First response P95, ms", o.own(contract.MetricTimeToFirstResponse, "p95", "p95")),
		number("Error rate, %", o.errorRate()...),
		number("Deflection rate, %", o.deflectionRate()...),
		number("Suggestions accepted, %", o.acceptanceRate()...),
		number("Requests", o.own(contract.MetricTenantRequests, "Sum", "Requests")),
	}
}

func answersRow(o observed) []blocks.Widget {
	percentiles := func(title, metric string, lines ...blocks.Line) blocks.Widget {
		return blocks.Widget{Title: title, Width: 8, Unit: "ms", Lines: lines, Series: []blocks.Series{
			o.own(metric, "p50", "p50"), o.own(metric, "p95", "p95"), o.own(metric, "p99", "p99"),
		}}
	}
	promise := func(value float64) blocks.Line { return blocks.Line{Label: "alarm", Value: value} }
	return []blocks.Widget{
		percentiles("Chat latency", contract.MetricChatLatency, promise(1000*o.cfg.Alarms.LatencyP99Seconds)),
		percentiles("Time to first response", contract.MetricTimeToFirstResponse),
		{Title: "Error rate", Width: 8, Unit: "%", Series: o.errorRate(), Lines: []blocks.Line{promise(o.cfg.Alarms.ErrorRatePercent)}},
	}
}

func outcomesRow(o observed) []blocks.Widget {
	return []blocks.Widget{
		{Title: "Deflection", Width: 6, Unit: "%", Series: o.deflectionRate()},
		{Title: "Conversations", Width: 6, Series: []blocks.Series{
			o.own(contract.MetricConversations, "Sum", "Begun"), o.own(contract.MetricDeflections, "Sum", "Without a person"),
		}},
		{Title: "Suggestions", Width: 6, Series: append(o.acceptanceRate(),
			o.own(contract.MetricSuggestionsShown, "Sum", "Shown"), o.own(contract.MetricSuggestionsAccepted, "Sum", "Accepted"))},
		{Title: "Retrieval", Width: 6, Series: []blocks.Series{
			o.own(contract.MetricRetrievalHits, "Sum", contract.MetricRetrievalHits), o.own(contract.MetricRefusals, "Sum", contract.MetricRefusals),
			o.own(contract.MetricBlockedTurns, "Sum", contract.MetricBlockedTurns), o.own(contract.MetricToolCalls, "Sum", contract.MetricToolCalls),
		}},
	}
}

// modelsRow is the calls of the models: as the functions count them, and as
// Bedrock counts them for each model, tenants' agents included.
func modelsRow(o observed) []blocks.Widget {
	bedrock := func(metrics ...string) []blocks.Series {
		var series []blocks.Series
		for _, metric := range metrics {
			for _, m := range o.models() {
				for _, id := range modelDimensions(m) {
					series = append(series, blocks.Series{Metric: modelMetric(id, metric, o.period()), Label: metric + " " + id})
				}
			}
		}
		return series
	}
	return []blocks.Widget{
		{Title: "Bedrock invocations", Width: 8, Series: append([]blocks.Series{o.own(contract.MetricBedrockInvocations, "Sum", contract.MetricBedrockInvocations)},
			bedrock("Invocations")...)},
		{Title: "Bedrock throttles", Width: 8, Series: append([]blocks.Series{o.own(contract.MetricBedrockThrottles, "Sum", contract.MetricBedrockThrottles)},
			bedrock("InvocationThrottles")...)},
		{Title: "Tokens", Width: 8, Series: append([]blocks.Series{
			o.own(contract.MetricTokensIn, "Sum", contract.MetricTokensIn), o.own(contract.MetricTokensOut, "Sum", contract.MetricTokensOut),
		}, bedrock("InputTokenCount", "OutputTokenCount")...)},
	}
}

// invocationsRow is what logFilters count in the invocation log.
func invocationsRow(o observed) []blocks.Widget {
	logged := func(title string, metrics ...string) blocks.Widget {
		w := blocks.Widget{Title: title, Width: 12, Stacked: true}
		for i, metric := range metrics {
			w.Series = append(w.Series, blocks.Series{
				Metric: blocks.Metric{ID: fmt.Sprintf("s%d", i)}, Label: metric,
				Expression: fmt.Sprintf(`SEARCH('{%s,%s} MetricName="%s"', 'Sum', %d)`, o.accountNamespace(), contract.DimensionModel, metric, o.period()),
			})
		}
		return w
	}
	return []blocks.Widget{
		logged("Logged model calls, agents included", contract.MetricBedrockInvocations),
		logged("Logged tokens, agents included", contract.MetricTokensIn, contract.MetricTokensOut),
	}
}

func tenantsRow(o observed) []blocks.Widget {
	// Labels are filled in by CloudWatch, so Terraform has to leave them alone.
	label := "$${PROP('Dim." + contract.DimensionTenant + "')}"
	perTenant := func(title, metric, stat string) blocks.Widget {
		return blocks.Widget{Title: title, Width: 8, Stacked: stat == "Sum", Series: []blocks.Series{{
			Metric: blocks.Metric{ID: "tenants"}, Expression: o.tenantSearch(metric, stat), Label: label,
		}}}
	}
	return []blocks.Widget{
		perTenant("Requests by tenant", contract.MetricTenantRequests, "Sum"),
		perTenant("Errors by tenant", contract.MetricErrors, "Sum"),
		perTenant("Chat latency by tenant, p99", contract.MetricChatLatency, "p99"),
	}
}

// tenantSearch finds a metric of every tenant, those that come later included.
func (o observed) tenantSearch(metric, stat string) string {
	return fmt.Sprintf(`SORT(SEARCH('{%s,%s,%s} MetricName="%s" %s="%s"', '%s', %d), SUM, DESC, 20)`, contract.MetricNamespace,
		contract.DimensionEnvironment, contract.DimensionTenant, metric, contract.DimensionEnvironment, o.cfg.Environment, stat, o.period())
}
