package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// agentsBucket is the part of the name of the bucket of the agent's bundle and
// definition.
const agentsBucket = "agents"

// AIInputs is what ai needs of earlier stacks.
type AIInputs struct {
	Foundation Upstream[FoundationOutputs]
	Data       Upstream[DataOutputs]
}

// aiStack is the stack while it is made: what its parts share.
type aiStack struct {
	stack      cdktf.TerraformStack
	cfg        envs.Config
	artifacts  Artifacts
	foundation FoundationOutputs
	data       DataOutputs
	bucket     blocks.SecureBucket
	guardrail  guardrail
	agent      blocks.StrandsAgent
	out        AIOutputs
}

// NewAI makes the stack that answers: the guardrail, access to the models, the
// agent that all tenants share, and the functions that give it to a tenant and
// take a tenant away, with its data.
func NewAI(scope constructs.Construct, id string, cfg envs.Config, in AIInputs, artifacts Artifacts) (cdktf.TerraformStack, AIOutputs) {
	stack := newStack(scope, id, cfg)
	a := &aiStack{stack: stack, cfg: cfg, artifacts: artifacts, foundation: in.Foundation(stack), data: in.Data(stack)}
	a.out.GenerationModel = jsii.String(cfg.GenerationModel().InvokeID())
	a.out.EmbeddingModel = jsii.String(cfg.EmbeddingModel().InvokeID())
	a.addGuardrail()
	if cfg.AI.InvocationLogging {
		a.addInvocationLogging()
	}
	a.out.Agents = newTable(stack, cfg, a.foundation, contract.Agents)
	a.addBucket()
	a.addAgent()
	boundary := a.addBoundary()
	searchAdmin := a.addSearchAdmin()
	machine := a.addDataErasure()
	a.addProvisioner(boundary, searchAdmin, machine)
	return stack, export(stack, a.out)
}

func (a *aiStack) addBucket() {
	props := bucketProps(a.cfg, agentsBucket, a.foundation.KMSKeyARN, a.data.AccessLogBucket)
	props.Lifecycle = []blocks.LifecycleRule{{
		ID: "versions", NoncurrentExpire: a.cfg.Storage.NoncurrentVersionDays, AbortIncompleteUploads: a.cfg.Storage.IncompleteUploadDays,
	}}
	a.bucket = blocks.NewSecureBucket(a.stack, "agent-bucket", props)
	a.out.AgentBucket = a.bucket.Bucket.Id()
}
