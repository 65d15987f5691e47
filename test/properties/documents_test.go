package properties

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/configs"
	"github.com/flowops/flowops/test/synth"
)

// synthesized is the documents by configuration and stack: properties share
// them.
var synthesized = map[[2]string]synth.Document{}

// document is a stack's document, synthesized alone, from samples of the
// outputs of the stacks before it.
func document(t testing.TB, cfg envs.Config, name string, artifacts stacks.Artifacts) synth.Document {
	t.Helper()
	at := [2]string{configs.Go(cfg), name}
	d, ok := synthesized[at]
	if !ok {
		d = synth.Documents(t, func(app cdktf.App) { build(app, cfg, name, artifacts) })[name]
		synthesized[at] = d
	}
	return d
}

func build(app cdktf.App, cfg envs.Config, name string, artifacts stacks.Artifacts) {
	var (
		foundation = stacks.Literal(stacks.Sample[stacks.FoundationOutputs](cfg))
		data       = stacks.Literal(stacks.Sample[stacks.DataOutputs](cfg))
		ai         = stacks.Literal(stacks.Sample[stacks.AIOutputs](cfg))
		compute    = stacks.Literal(stacks.Sample[stacks.ComputeOutputs](cfg))
	)
	switch name {
	case stacks.Foundation:
		stacks.NewFoundation(app, name, cfg)
	case stacks.Data:
		stacks.NewData(app, name, cfg, stacks.DataInputs{Foundation: foundation})
	case stacks.AI:
		stacks.NewAI(app, name, cfg, stacks.AIInputs{Foundation: foundation, Data: data}, artifacts)
	case stacks.Compute:
		stacks.NewCompute(app, name, cfg, stacks.ComputeInputs{Foundation: foundation, Data: data, AI: ai}, artifacts)
	case stacks.Orchestration:
		stacks.NewOrchestration(app, name, cfg, stacks.OrchestrationInputs{Foundation: foundation, Data: data, Compute: compute})
	case stacks.API:
		stacks.NewAPI(app, name, cfg, stacks.APIInputs{Foundation: foundation, AI: ai, Compute: compute})
	case stacks.Observability:
		stacks.NewObservability(app, name, cfg, stacks.ObservabilityInputs{
			Foundation: foundation, Data: data, AI: ai, Compute: compute,
			Orchestration: stacks.Literal(stacks.Sample[stacks.OrchestrationOutputs](cfg)), API: stacks.Literal(stacks.Sample[stacks.APIOutputs](cfg)),
		})
	default:
		panic("no stack " + name)
	}
}

// key is what a stack names the platform's customer-managed key by.
func (e environment) key(stack string) any {
	if stack == stacks.Foundation {
		return synth.Get(e.docs[stack]["output"], "kms_key_arn", "value")
	}
	return *stacks.Sample[stacks.FoundationOutputs](e.cfg).KMSKeyARN
}

var reference = regexp.MustCompile(`^\$\{([a-z0-9_]+)\.([A-Za-z0-9_-]+)\.[a-z_]+\}$`)

// referred is the resource that the value is an attribute of.
func referred(d synth.Document, value any) (synth.Resource, bool) {
	text, _ := value.(string)
	m := reference.FindStringSubmatch(text)
	if m == nil {
		return synth.Resource{}, false
	}
	for _, r := range d.Resources(m[1]) {
		if r.Name == m[2] {
			return r, true
		}
	}
	return synth.Resource{}, false
}

// owned are the resources of a type whose attribute refers to r.
func owned(d synth.Document, kind, attribute string, r synth.Resource) []synth.Resource {
	var found []synth.Resource
	for _, o := range d.Resources(kind) {
		if x, ok := referred(d, o.Get(attribute)); ok && x.Type == r.Type && x.Name == r.Name {
			found = append(found, o)
		}
	}
	return found
}

// list is v as a list: a block that stands once may be written as an object.
func list(v any) []any {
	switch x := v.(type) {
	case nil:
		return nil
	case []any:
		return x
	}
	return []any{v}
}

// has is whether the list v holds the value.
func has(v any, value any) bool {
	for _, x := range list(v) {
		if x == value {
			return true
		}
	}
	return false
}

func named(r synth.Resource) string { return r.Type + " " + strings.TrimSpace(r.Path) }
