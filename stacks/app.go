package stacks

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/envs"
)

// Names of the stacks, in the order of deployment. A name is also the end of
// the stack's state key.
const (
	Foundation    = "foundation"
	Data          = "data"
	AI            = "ai"
	Compute       = "compute"
	Orchestration = "orchestration"
	API           = "api"
	Observability = "observability"
)

// Names returns the names of the stacks in the order of deployment.
func Names() []string {
	return []string{Foundation, Data, AI, Compute, Orchestration, API, Observability}
}

// Outputs is an empty value of each stack's outputs, by the stack's name.
func Outputs() map[string]any {
	return map[string]any{
		Foundation: FoundationOutputs{}, Data: DataOutputs{}, AI: AIOutputs{}, Compute: ComputeOutputs{},
		Orchestration: OrchestrationOutputs{}, API: APIOutputs{}, Observability: ObservabilityOutputs{},
	}
}

// Build makes the platform's stacks. Each reads the ones before it through
// their remote state, and is deployed after all of them.
func Build(app cdktf.App, cfg envs.Config, artifacts Artifacts) {
	var (
		foundation    = RemoteState[FoundationOutputs](cfg, Foundation)
		data          = RemoteState[DataOutputs](cfg, Data)
		ai            = RemoteState[AIOutputs](cfg, AI)
		compute       = RemoteState[ComputeOutputs](cfg, Compute)
		orchestration = RemoteState[OrchestrationOutputs](cfg, Orchestration)
		api           = RemoteState[APIOutputs](cfg, API)
	)
	var before []cdktf.TerraformStack
	next := func(stack cdktf.TerraformStack) {
		for _, b := range before {
			stack.AddDependency(b)
		}
		before = append(before, stack)
	}
	s, _ := NewFoundation(app, Foundation, cfg)
	next(s)
	s, _ = NewData(app, Data, cfg, DataInputs{Foundation: foundation})
	next(s)
	s, _ = NewAI(app, AI, cfg, AIInputs{Foundation: foundation, Data: data}, artifacts)
	next(s)
	s, _ = NewCompute(app, Compute, cfg, ComputeInputs{Foundation: foundation, Data: data, AI: ai}, artifacts)
	next(s)
	s, _ = NewOrchestration(app, Orchestration, cfg, OrchestrationInputs{Foundation: foundation, Data: data, Compute: compute})
	next(s)
	s, _ = NewAPI(app, API, cfg, APIInputs{Foundation: foundation, AI: ai, Compute: compute})
	next(s)
	s, _ = NewObservability(app, Observability, cfg, ObservabilityInputs{
		Foundation: foundation, Data: data, AI: ai, Compute: compute, Orchestration: orchestration, API: api,
	})
	next(s)
}
