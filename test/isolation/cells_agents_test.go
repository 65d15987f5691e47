package isolation

import "github.com/flowops/flowops/contract"

// Actions on a tenant's runtime, and on what it runs from.
var runtimeActions = []string{
	"DeleteAgentRuntime", "GetAgentRuntime", "InvokeAgentRuntime", "InvokeAgentRuntimeCommand", "InvokeAgentRuntimeForUser", "InvokeAgentRuntimeWithWebSocketStream",
	"StopRuntimeSession", "UpdateAgentRuntime",
}

// runtime is the ARN of a tenant's runtime. AgentCore ends ids in ten
// characters of its own.
func (a *account) runtime(tenant string) string {
	return a.arn("bedrock-agentcore", "runtime/"+contract.RuntimeName(a.definition.Runtime.NamePrefix, tenant)+"-x1y2z3w4v5")
}

func (a *account) agentCells() []cell {
	var cells []cell
	for _, action := range runtimeActions {
		for _, suffix := range []string{"", "/runtime-endpoint/DEFAULT"} {
			if suffix != "" && action != "InvokeAgentRuntime" {
				continue
			}
			cells = append(cells, perTenant("agents' runtimes", "bedrock-agentcore:"+action, func(tenant string) (string, map[string][]string) {
				return a.runtime(tenant) + suffix, map[string][]string{"aws:ResourceTag/" + contract.TenantTag: {tenant}}
			})...)
		}
	}
	return append(cells, a.agentLogCells()...)
}

// agentLogCells are about what the agents say in their log groups, which are
// kept apart by the runtime's tag.
func (a *account) agentLogCells() []cell {
	name := func(tenant string) string { return contract.RuntimeName(a.definition.Runtime.NamePrefix, tenant) }
	var cells []cell
	for _, action := range []string{"CreateLogStream", "DeleteLogGroup", "FilterLogEvents", "GetLogEvents", "PutLogEvents"} {
		all := perTenant("agents' logs", "logs:"+action, func(tenant string) (string, map[string][]string) {
			group := "log-group:" + contract.RuntimeLogGroupPrefix + name(tenant) + "-x1y2z3w4v5-DEFAULT"
			if action != "DeleteLogGroup" && action != "FilterLogEvents" {
				group += ":log-stream:s"
			}
			return a.arn("logs", group), nil
		})
		for _, c := range all {
			c.tagName = contract.RuntimeTag
			if c.tag != nil && *c.tag == own {
				c.tag = text(name(own))
			}
			cells = append(cells, c)
		}
	}
	return cells
}
