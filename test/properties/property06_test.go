package properties

import (
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/stacks"
)

// Every function that handles chat or retrieval has at least 512 MB and 30 s.
func TestProperty06_ChatFunctionSizes(t *testing.T) {
	function := func(name, path string, how func(map[string]any)) mutant {
		return change(name, stacks.Compute, "aws_lambda_function", path, how)
	}
	prove(t, withFunctions, chatFunctionSizes,
		function("little memory for chat", "agent-invoke", setting(float64(511), "memory_size")),
		function("little time for chat", "agent-invoke", setting(float64(29), "timeout")),
		function("Lambda's own memory", "document-ingestion", setting(nil, "memory_size")),
		function("Lambda's own timeout", "document-ingestion", setting(nil, "timeout")),
		drop("no chat", stacks.Compute, "aws_lambda_function", "agent-invoke"),
		function("a function that turns to chat", "safe-actions", setting("other", "environment", "variables", contract.EnvAgentInvoke)),
	)
}

func chatFunctionSizes(e environment) []string {
	var p problems
	all := functionsByName(e)
	for _, f := range contract.Functions() {
		made, ok := all[f.Name]
		if !ok {
			p.add("no function %s", f.Name)
			continue
		}
		variables, _ := made.Get("environment", "variables").(map[string]any)
		// What embeds, and what talks with agents or hands messages to who does,
		// is about chat or retrieval whatever the contract calls it; the WebSocket
		// function hands on without waiting for the answer.
		_, embeds := variables[contract.EnvEmbeddingModel]
		_, hands := variables[contract.EnvAgentInvoke]
		if !f.Chat && !embeds && (!hands || f.Name == contract.WebSocket.Name) {
			continue
		}
		memory, _ := made.Get("memory_size").(float64)
		timeout, _ := made.Get("timeout").(float64)
		p.that(memory >= 512, "%s has %v MB", f.Name, memory)
		p.that(timeout >= 30, "%s has %v s", f.Name, timeout)
	}
	return p
}
