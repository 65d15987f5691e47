package stacks

import (
	"fmt"

	blocks "github.com/flowops/flowops/constructs"
)

// searchAlarms watch the search domain. Where nothing else is said, limits and
// windows are those of the OpenSearch Service developer guide, "Recommended
// CloudWatch alarms".
func searchAlarms(o observed) []alarmSpec {
	s, free := o.cfg.Search, float64(o.cfg.Alarms.FreeStorageMiB)
	const minute, quarter = 60, 900
	nodes := s.InstanceCount + s.MasterCount
	alarm := func(id, means string, m blocks.Metric, comparison string, threshold float64, periods int) alarmSpec {
		return alarmSpec{
			ID: "search-" + id, Kind: alarmSearch, Means: means, Metrics: []blocks.Metric{m}, Comparison: comparison, Threshold: threshold,
			Periods: periods, Missing: blocks.NotBreaching, Because: "a domain that has gone silent raises search-nodes",
		}
	}
	present := alarm("nodes", fmt.Sprintf("The search domain has fewer than its %d nodes, or has gone silent.", nodes),
		o.search("Nodes", "Minimum", fiveMinutes), blocks.Below, float64(nodes), 3)
	present.Missing, present.Because = blocks.Breaching, "the domain reports every minute, so silence is a failure"
	specs := []alarmSpec{
		alarm("red", "A primary shard has no node: part of the knowledge can be neither searched nor written.",
			o.search("ClusterStatus.red", "Maximum", minute), blocks.AtLeast, 1, 1),
		alarm("yellow", "A replica has no node: one more failure loses knowledge.",
			o.search("ClusterStatus.yellow", "Maximum", minute), blocks.AtLeast, 1, 5),
		present,
		alarm("storage", fmt.Sprintf("A search node has less than %g MiB left; writes are blocked before it is full.", free),
			o.search("FreeStorageSpace", "Minimum", minute), blocks.Below, free, 1),
		alarm("writes-blocked", "The search domain refuses writes: ingestion fails.",
			o.search("ClusterIndexWritesBlocked", "Maximum", fiveMinutes), blocks.AtLeast, 1, 1),
		alarm("jvm", "The Java heap of a search node is nearly full; the domain is about to refuse writes.",
			o.search("JVMMemoryPressure", "Maximum", minute), blocks.AtLeast, 95, 3),
		alarm("cpu", "A search node has been busy for three quarters of an hour.",
			o.search("CPUUtilization", "Maximum", quarter), blocks.AtLeast, 80, 3),
		alarm("vector-memory", "Vectors no longer fit into memory: the k-NN circuit breaker refuses to load more.",
			o.search("KNNCircuitBreakerTriggered", "Maximum", minute), blocks.AtLeast, 1, 1),
		alarm("key-error", "The search domain can't use its key: it works on, and stops at the next restart.",
			o.search("KMSKeyError", "Maximum", minute), blocks.AtLeast, 1, 1),
		alarm("key-inaccessible", "The search domain's key is deleted or its grants are revoked; only a snapshot restores it.",
			o.search("KMSKeyInaccessible", "Maximum", minute), blocks.AtLeast, 1, 1),
		alarm("snapshot", "The daily snapshot of the search domain failed.",
			o.search("AutomatedSnapshotFailure", "Maximum", minute), blocks.AtLeast, 1, 1),
	}
	if s.MasterCount == 0 {
		return specs // metrics of dedicated masters only
	}
	return append(specs,
		alarm("masters", "No dedicated master of the search domain can be reached.",
			o.search("MasterReachableFromNode", "Maximum", fiveMinutes), blocks.Below, 1, 1),
		alarm("masters-cpu", "A dedicated master of the search domain has been busy for three quarters of an hour.",
			o.search("MasterCPUUtilization", "Maximum", quarter), blocks.AtLeast, 50, 3),
		alarm("masters-jvm", "The Java heap of a dedicated master is nearly full.",
			o.search("MasterJVMMemoryPressure", "Maximum", minute), blocks.AtLeast, 95, 3),
	)
}
