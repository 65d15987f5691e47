package stacks

import (
	blocks "github.com/flowops/flowops/constructs"
)

// What the execution roles may do, beside what every function may: nothing here
// is tenant data. That is reached by the tenant access roles alone
// (compute_tenant.go).

func (c compute) agentInvokeMay() []blocks.Statement {
	return []blocks.Statement{
		// Session ids are made, never checked.
		blocks.Allow("Sessions", []string{"kms:GenerateMac"}, []string{*c.foundation.SessionKeyARN}),
		putEvents(c.cfg),
	}
}

func (c compute) safeActionsMay() []blocks.Statement {
	return []blocks.Statement{
		putEvents(c.cfg),
	}
}

func (c compute) documentIngestionMay() []blocks.Statement {
	return append(ModelStatements(c.cfg, c.cfg.AI.EmbeddingModel), putEvents(c.cfg))
}

// webSocketMay: the use of the WebSocket API's connections is added by the API
// stack, which knows the API.
func (c compute) webSocketMay(agentInvokeARN string) []blocks.Statement {
	return []blocks.Statement{blocks.Allow("HandOn", []string{"lambda:InvokeFunction"}, []string{agentInvokeARN})}
}

func (c compute) recordsMay() []blocks.Statement {
	return []blocks.Statement{
		// A decision on a document ends the wait of its ingestion; a deletion breaks it off.
		blocks.Allow("Decisions", []string{"states:SendTaskFailure", "states:SendTaskSuccess"}, []string{c.cfg.StateMachineARN()}),
		blocks.Allow("Cursors", []string{"kms:GenerateMac", "kms:VerifyMac"}, []string{*c.foundation.SessionKeyARN}),
		putEvents(c.cfg),
	}
}
