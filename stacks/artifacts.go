package stacks

// Artifacts is where the stacks find what is deployed beside the templates.
// Each file must be there when a stack is synthesized: CDKTF copies it and
// names it by its content.
type Artifacts struct {
	// Functions is the path of a function's zip, by contract.Function.Name.
	Functions func(name string) string
	// Agent is the path of the zip with the agent's bundle.
	Agent string
}
