package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// newStack makes an empty stack with its provider, its state and its tags.
func newStack(scope constructs.Construct, id string, cfg envs.Config) cdktf.TerraformStack {
	stack := newStackWithoutState(scope, id, cfg)
	backend := cdktf.NewS3Backend(stack, &cdktf.S3BackendConfig{
		Bucket: jsii.String(cfg.StateBucket()), Key: jsii.String(cfg.StateKey(id)), Region: jsii.String(cfg.Account.Region),
		Encrypt: jsii.Bool(true), KmsKeyId: jsii.String(cfg.StateKeyARN()), AllowedAccountIds: jsii.Strings(cfg.Account.ID),
	})
	// Locking by S3 itself, which Terraform has since 1.10; the binding has no field for it.
	backend.AddOverride(jsii.String("use_lockfile"), true)
	return stack
}

// newStackWithoutState makes a stack that still needs a backend.
func newStackWithoutState(scope constructs.Construct, id string, cfg envs.Config) cdktf.TerraformStack {
	stack := &taggedStack{tags: cfg.TagMap()}
	cdktf.NewTerraformStack_Override(stack, scope, jsii.String(id))
	tags := map[string]*string{}
	for k, v := range cfg.TagMap() {
		tags[k] = jsii.String(v)
	}
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region: jsii.String(cfg.Account.Region),
		// Nobody deploys an environment into another one's account.
		AllowedAccountIds: jsii.Strings(cfg.Account.ID),
		DefaultTags:       []provider.AwsProviderDefaultTags{{Tags: &tags}},
	})
	stack.AddOverride(jsii.String("terraform.required_version"), jsii.String(">= 1.10"))
	return stack
}

// taggedStack tags what is in it when CDKTF prepares it: in one walk, where an
// Aspect would be called once a node, each time across the border to Node.
type taggedStack struct {
	cdktf.TerraformStack
	tags map[string]string
}

// PrepareStack is called once, before the stack's JSON is made.
func (s *taggedStack) PrepareStack() {
	tagging := blocks.Tagging{Tags: s.tags}
	for _, node := range *s.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		tagging.Visit(node)
	}
	s.TerraformStack.PrepareStack()
}

// where is the part of the configuration that constructs make names and ARNs of.
func where(cfg envs.Config) blocks.Where {
	return blocks.Where{Partition: cfg.Partition(), Account: cfg.Account.ID, Region: cfg.Account.Region, Prefix: cfg.Prefix()}
}
