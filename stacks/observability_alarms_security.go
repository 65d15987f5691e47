package stacks

import (
	"fmt"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// refusalLimit is how many refused calls or requests in five minutes are more than
// somebody's mistake. One alone is everyday: a person without a permission, a
// web client with a stale token.
const refusalLimit = 5

// securityAlarms watch the metrics that logFilters count.
func securityAlarms(o observed) []alarmSpec {
	alarm := func(id, means string, m blocks.Metric, least float64) alarmSpec {
		return alarmSpec{
			ID: "security-" + id, Kind: alarmSecurity, Means: means, Metrics: []blocks.Metric{m}, Comparison: blocks.AtLeast, Threshold: least,
			Periods: 1, Missing: blocks.NotBreaching, Because: "the filters count only what matches",
		}
	}
	trail := func(name string) blocks.Metric { return o.account(name, "Sum", fiveMinutes) }
	return []alarmSpec{
		alarm("refused-calls", fmt.Sprintf("AWS refused %d calls or more in five minutes for want of permission.", refusalLimit), trail(contract.MetricAuthorizationFailures), refusalLimit),
		alarm("root", "Somebody used the account's root user.", trail(contract.MetricRootUsage), 1),
		alarm("iam", "A policy, a trust policy or a permissions boundary changed, and not by the agent-provisioner.", trail(contract.MetricIAMChanges), 1),
		alarm("keys", "A KMS key was disabled or scheduled for deletion: without it, data is lost.", trail(contract.MetricKeyChanges), 1),
		alarm("trail", "The audit trail was changed or stopped.", trail(contract.MetricTrailChanges), 1),
		alarm("requests", fmt.Sprintf("The functions refused %d requests or more in five minutes as suspicious.", refusalLimit),
			o.platform(contract.MetricSecurityEvents, "Sum", fiveMinutes), refusalLimit),
	}
}
