package stacks

import (
	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

func ingestionRow(o observed) []blocks.Widget {
	executions := func(title string, of func(string, int) blocks.Metric) blocks.Widget {
		w := blocks.Widget{Title: title, Width: 5}
		for _, s := range [][2]string{{"ExecutionsStarted", "Started"}, {"ExecutionsSucceeded", "Succeeded"}, {"ExecutionsFailed", "Failed"}, {"ExecutionsTimedOut", "Timed out"}} {
			w.Series = append(w.Series, blocks.Series{Metric: of(s[0], o.period()), Label: s[1]})
		}
		return w
	}
	return []blocks.Widget{
		executions("Ingestions", o.ingestions), executions("Erasures of tenants' data", o.erasures),
		{Title: "Documents", Width: 4, Series: []blocks.Series{o.own(contract.MetricDocuments, "Maximum", contract.MetricDocuments)}},
		{Title: "Freshness", Width: 5, Unit: "seconds since the document changed", Series: []blocks.Series{
			o.own(contract.MetricDocumentAge, "p50", "p50"), o.own(contract.MetricDocumentAge, "Maximum", "Oldest"),
		}},
		{Title: "Embedding coverage", Width: 5, Unit: "%", Series: []blocks.Series{
			o.own(contract.MetricEmbeddingCoverage, "Average", "Average"), o.own(contract.MetricEmbeddingCoverage, "Minimum", "Least"),
		}},
	}
}

func functionsRow(o observed) []blocks.Widget {
	each := func(title, metric, stat string) blocks.Widget {
		w := blocks.Widget{Title: title, Width: 6}
		for _, f := range o.functions() {
			w.Series = append(w.Series, blocks.Series{Metric: functionMetric(f, metric, stat, o.period()), Label: f.Function.Name})
		}
		return w
	}
	letters := blocks.Widget{Title: "Dead letters", Width: 6, Stacked: true, Lines: []blocks.Line{{Label: "alarm", Value: float64(o.cfg.Alarms.DeadLetters)}}}
	for _, q := range o.deadLetterQueues() {
		letters.Series = append(letters.Series, blocks.Series{Metric: queueMetric(q, o.period()), Label: q.id})
	}
	return []blocks.Widget{
		each("Crashes and timeouts", "Errors", "Sum"), each("Throttled invocations", "Throttles", "Sum"), each("Duration, p99", "Duration", "p99"), letters,
	}
}

func searchRow(o observed) []blocks.Widget {
	domain := func(metric, stat, label string) blocks.Series {
		return blocks.Series{Metric: o.search(metric, stat, o.period()), Label: label}
	}
	return []blocks.Widget{
		{Title: "Search health", Width: 6, Series: []blocks.Series{
			domain("ClusterStatus.red", "Maximum", "Red"), domain("ClusterStatus.yellow", "Maximum", "Yellow"),
			domain("ClusterIndexWritesBlocked", "Maximum", "Writes blocked"), domain("Nodes", "Minimum", "Nodes"),
		}},
		{Title: "Search load", Width: 6, Unit: "%", Series: []blocks.Series{
			domain("CPUUtilization", "Maximum", "CPU"), domain("JVMMemoryPressure", "Maximum", "Java heap"),
			domain("KNNGraphMemoryUsagePercentage", "Maximum", "Vector memory"),
		}},
		{Title: "Search storage", Width: 6, Unit: "MiB free on the fullest node", Series: []blocks.Series{domain("FreeStorageSpace", "Minimum", "Free")},
			Lines: []blocks.Line{{Label: "alarm", Value: float64(o.cfg.Alarms.FreeStorageMiB)}}},
		{Title: "Search requests", Width: 6, Series: []blocks.Series{
			domain("SearchRate", "Sum", "Searches"), domain("SearchLatency", "Average", "Latency, ms"), domain("5xx", "Sum", "5xx"),
		}},
	}
}

func apisRow(o observed) []blocks.Widget {
	rest := func(metric, stat, label string) blocks.Series {
		return blocks.Series{Metric: o.rest(metric, stat, o.period()), Label: label}
	}
	socket := func(metric, label string) blocks.Series {
		return blocks.Series{Metric: o.webSocket(metric, "Sum", o.period()), Label: label}
	}
	return []blocks.Widget{
		{Title: "REST requests", Width: 8, Series: []blocks.Series{rest("Count", "Sum", "Requests"), rest("4XXError", "Sum", "4xx"), rest("5XXError", "Sum", "5xx")}},
		{Title: "REST latency", Width: 8, Unit: "ms", Series: []blocks.Series{rest("Latency", "p50", "p50"), rest("Latency", "p99", "p99"), rest("IntegrationLatency", "p99", "Integration, p99")}},
		{Title: "WebSocket", Width: 8, Series: []blocks.Series{
			socket("ConnectCount", "Connections"), socket("MessageCount", "Messages"),
			socket("ClientError", "Client errors"), socket("ExecutionError", "Execution errors"), socket("IntegrationError", "Integration errors"),
		}},
	}
}

func storageRow(o observed) []blocks.Widget {
	throttles := blocks.Widget{Title: "Throttled table operations", Width: 12}
	capacity := blocks.Widget{Title: "Table capacity", Width: 12}
	for _, t := range o.tables() {
		for _, m := range throttleMetrics(t, o.period()) {
			m.ID = "" // unique in an alarm, not on the dashboard
			label := t.Table.Name
			if index := m.Dimensions["GlobalSecondaryIndexName"]; index != "" {
				label += " " + index
			}
			throttles.Series = append(throttles.Series, blocks.Series{Metric: m, Label: label + " " + m.Name})
		}
		for _, name := range []string{"ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"} {
			capacity.Series = append(capacity.Series, blocks.Series{Label: t.Table.Name + " " + name, Metric: blocks.Metric{
				Namespace: "AWS/DynamoDB", Name: name, Stat: "Sum", PeriodSec: o.period(), Dimensions: map[string]string{"TableName": t.name()},
			}})
		}
	}
	return []blocks.Widget{throttles, capacity}
}

func securityRow(o observed) []blocks.Widget {
	trail := blocks.Widget{Title: "Audit trail", Width: 12}
	for _, name := range []string{
		contract.MetricAuthorizationFailures, contract.MetricRootUsage, contract.MetricIAMChanges, contract.MetricKeyChanges, contract.MetricTrailChanges,
	} {
		trail.Series = append(trail.Series, blocks.Series{Metric: o.account(name, "Sum", o.period()), Label: name})
	}
	return []blocks.Widget{
		trail,
		{Title: "Refused requests", Width: 12, Series: []blocks.Series{o.own(contract.MetricSecurityEvents, "Sum", contract.MetricSecurityEvents)}},
	}
}
