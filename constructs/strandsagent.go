package constructs

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3object"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
)

// instruction is the prompt of the agent that talks to the user.
//
//go:embed instruction.txt
var instruction string

// SupportAgent is the name of the agent that talks to the user.
const SupportAgent = "support"

// StrandsAgentProps is an agent: its definition and its bundle.
type StrandsAgentProps struct {
	Bucket *string // where bundle and definition are published
	KeyARN *string
	Bundle string // path of the zip

	Model     contract.AgentModel
	Guardrail contract.AgentGuardrail
	Retrieval contract.AgentRetrieval
	Tables    contract.AgentTables
	Runtime   contract.AgentRuntime
	Role      contract.AgentRole

	// Tools are the contract's tools unless given.
	Tools []contract.Tool
	// Members are one agent with the product's instruction and every tool
	// unless given; more of them make a swarm.
	Members []contract.AgentMember
}

// StrandsAgent is a published agent: one bundle and one definition for all
// tenants.
type StrandsAgent struct {
	constructs.Construct
	Definition s3object.S3Object
	Bundle     s3object.S3Object
}

// NewStrandsAgent publishes an agent.
func NewStrandsAgent(scope constructs.Construct, id string, props StrandsAgentProps) StrandsAgent {
	require(given(props.Bucket), scope, id, "an agent needs a bucket: Bucket is not set")
	require(given(props.KeyARN), scope, id, "an agent needs a customer-managed key: KeyARN is not set")
	require(props.Bundle != "", scope, id, "an agent needs a bundle")
	definition := AgentDefinition(props)
	problem := checkDefinition(definition)
	require(problem == "", scope, id, "%s", problem)
	a := StrandsAgent{Construct: group(scope, id)}
	bundle := cdktf.NewTerraformAsset(a.Construct, jsii.String("file"), &cdktf.TerraformAssetConfig{Path: jsii.String(props.Bundle), Type: cdktf.AssetType_FILE})
	a.Bundle = s3object.NewS3Object(a.Construct, jsii.String("bundle"), &s3object.S3ObjectConfig{
		Bucket: props.Bucket, Key: jsii.String(contract.AgentBundlePrefix + *bundle.AssetHash() + "/agent.zip"), Source: bundle.Path(),
		ContentType: jsii.String("application/zip"), ServerSideEncryption: jsii.String("aws:kms"), KmsKeyId: props.KeyARN,
		// The key changes with the content: the new bundle is there before the old one goes.
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: jsii.Bool(true)},
	})
	a.Definition = s3object.NewS3Object(a.Construct, jsii.String("definition"), &s3object.S3ObjectConfig{
		Bucket: props.Bucket, Key: jsii.String(contract.AgentDefinitionKey()), Content: jsii.String(JSON(definition)),
		ContentType: jsii.String("application/json"), ServerSideEncryption: jsii.String("aws:kms"), KmsKeyId: props.KeyARN,
	})
	return a
}

// AgentDefinition is the definition that the props describe, written for
// Terraform: texts of ours are escaped, so that it takes nothing in them for an
// expression. Its JSON is the same for the same props.
func AgentDefinition(props StrandsAgentProps) contract.AgentDefinition {
	tools := props.Tools
	if tools == nil {
		var err error
		if tools, err = contract.Tools(); err != nil {
			panic(err) // the embedded file is part of the program
		}
	}
	members := props.Members
	if members == nil {
		members = []contract.AgentMember{{Name: SupportAgent, Instruction: instruction, Tools: toolNames(tools)}}
	}
	tools, members = slices.Clone(tools), slices.Clone(members)
	for i, t := range tools {
		tools[i].Description, tools[i].InputSchema = TerraformText(t.Description), json.RawMessage(TerraformText(string(t.InputSchema)))
	}
	for i, m := range members {
		members[i].Instruction = TerraformText(m.Instruction)
	}
	return contract.AgentDefinition{
		SchemaVersion: contract.AgentDefinitionVersion, Members: members, Tools: tools,
		Model: props.Model, Guardrail: props.Guardrail, Retrieval: props.Retrieval, Tables: props.Tables,
		Runtime: props.Runtime, Role: props.Role,
	}
}

// TerraformText is text that Terraform takes as it stands, with nothing in it
// for an expression.
func TerraformText(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text)
}

func toolNames(tools []contract.Tool) []string {
	names := make([]string, len(tools))
	for i, t := range tools {
		names[i] = t.Name
	}
	return names
}
