package isolation

import "path"

// exception is what a role is allowed on tenants' data though it is no one
// tenant's role, and why.
type exception struct {
	role, store string
	actions     []string // patterns
	reason      string
}

var excused = []exception{
	{"search-master", "search", []string{"es:ESHttp*"}, "The domain's master makes the index, the aliases and the access control that keep tenants apart. search-admin alone can take it, and no request of a tenant reaches that function."},
	{"agent-provisioner", "agents' runtimes", []string{"bedrock-agentcore:DeleteAgentRuntime", "bedrock-agentcore:GetAgentRuntime", "bedrock-agentcore:UpdateAgentRuntime"}, "It makes, changes and removes all tenants' runtimes, for operators; it can invoke none."},
	{"agent-provisioner", "agents' logs", []string{"logs:DeleteLogGroup"}, "It makes runtimes' log groups, with a key and a retention, and removes them with the tenant; it can read none."},
	{"api-logs", "agents' logs", []string{"logs:CreateLogStream", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:PutLogEvents"}, "AWS's own policy for the role that API Gateway writes its logs with; API Gateway takes no role that may less, and nobody else can take it. What runtimes log holds no messages."},
}

// excuse is the index of the reason for an allowed cell, -1 without one.
func excuse(role string, c cell) int {
	for i, e := range excused {
		if e.role != role || e.store != c.store {
			continue
		}
		for _, pattern := range e.actions {
			if ok, _ := path.Match(pattern, c.action); ok {
				return i
			}
		}
	}
	return -1
}
