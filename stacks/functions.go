package stacks

import (
	"github.com/aws/jsii-runtime-go"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// functionProps is what all functions of an environment share. The caller adds
// what is the function's own: description, memory, timeout, permissions,
// placement, and to Environment the variables of the function's contract,
// less TENANT_ROLE_ARN.
func functionProps(cfg envs.Config, artifacts Artifacts, fn contract.Function, keyARN *string) blocks.FunctionProps {
	f := cfg.Functions
	return blocks.FunctionProps{
		Function: fn, Where: where(cfg), Bundle: artifacts.Functions(fn.Name), KeyARN: keyARN,
		Environment: map[string]*string{
			contract.EnvEnvironment:     jsii.String(cfg.Environment),
			contract.EnvLogLevel:        jsii.String(f.LogLevel),
			contract.EnvMetricNamespace: jsii.String(contract.MetricNamespace),
		},
		LogLevel: f.LogLevel, LogRetentionDays: f.LogRetention, DeadLetterDays: cfg.Events.DeadLetterDays,
		AsyncMaxAgeSeconds: f.AsyncMaxAgeSeconds, AsyncRetries: f.AsyncRetries,
		ReservedConcurrency: f.ReservedConcurrency[fn.Name], ProvisionedConcurrency: f.ProvisionedConcurrency[fn.Name],
	}
}

// searchPlacement puts a function that talks to the search domain where the
// domain is; nil where that is no VPC.
func searchPlacement(cfg envs.Config, foundation FoundationOutputs) *blocks.Placement {
	if !cfg.Network.Enabled {
		return nil
	}
	return &blocks.Placement{SubnetIDs: foundation.PrivateSubnetIDs, SecurityGroups: &[]*string{foundation.FunctionSecurityGroup}}
}

// functionOutputs is what is watched of a function.
func functionOutputs(f blocks.Function) FunctionOutputs {
	return FunctionOutputs{Name: f.Resource.FunctionName(), LogGroup: f.LogGroup.Name(), DeadLetterQueue: f.DeadLetters.Queue.Name()}
}

// servedFunction is what an API needs of a function.
func servedFunction(f blocks.Function) ServedFunction {
	return ServedFunction{functionOutputs(f), f.Alias.InvokeArn()}
}

// managedFunction is what a later stack that knows the function's role needs.
func managedFunction(f blocks.Function) ManagedFunction {
	return ManagedFunction{servedFunction(f), f.Role.Resource.Name()}
}

// workflowFunction is what the state machine needs of a function.
func workflowFunction(f blocks.Function) WorkflowFunction {
	return WorkflowFunction{functionOutputs(f), f.Alias.Arn()}
}
