// Package bundle makes what is deployed: a zip for each Lambda function, with
// the program compiled for Lambda, and a zip with the agent's bundle. The same
// sources give the same bytes, in any directory and at any time, so a deploy
// changes only what a commit changed.
package bundle

import (
	"path/filepath"
	"strings"

	"github.com/flowops/flowops/contract"
)

// Agent is the name of the agent's bundle, beside the names of Functions.
const Agent = "agent"

// Names of the entries that AWS starts.
const (
	FunctionEntry = "bootstrap" // what provided.al2023 starts
	AgentEntry    = "agent.js"  // the entry point of the agent's runtime, which AgentCore wants as .js
)

// AgentTarget is the make target that builds AgentSource.
const AgentTarget = "agent"

// Functions are the names of all functions, in the contract's order.
func Functions() []string {
	functions := contract.Functions()
	names := make([]string, len(functions))
	for i, fn := range functions {
		names[i] = fn.Name
	}
	return names
}

// Folder is the name of a function's folder below handlers.
func Folder(function string) string { return strings.ReplaceAll(function, "-", "") }

// FunctionZip is the path of a function's zip below dist.
func FunctionZip(dist, function string) string {
	return filepath.Join(dist, "functions", function+".zip")
}

// AgentZip is the path of the agent's zip below dist.
func AgentZip(dist string) string { return filepath.Join(dist, "agent", "agent.zip") }

// AgentSource is the path of the agent's bundle, which esbuild writes, below
// the module's root.
func AgentSource(root string) string { return filepath.Join(root, "agent", "dist", AgentEntry) }
