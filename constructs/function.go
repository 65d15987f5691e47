package constructs

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdaalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdafunction"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdafunctioneventinvokeconfig"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdaprovisionedconcurrencyconfig"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
)

// Where is the part of the environment that ARNs and names are made of.
type Where struct {
	Partition, Account, Region string
	Prefix                     string // of names, as in "flowops-dev"
}

// ARN is the ARN of a regional resource.
func (w Where) ARN(service, resource string) string {
	return strings.Join([]string{"arn", w.Partition, service, w.Region, w.Account, resource}, ":")
}

// Placement puts a function into a VPC.
type Placement struct {
	SubnetIDs      *[]*string
	SecurityGroups *[]*string
}

// FunctionProps is a Lambda function.
type FunctionProps struct {
	Function    contract.Function
	Description string
	Where       Where
	Bundle      string // path of the zip
	KeyARN      *string
	MemoryMB    int
	TimeoutSec  int
	Environment map[string]*string // exactly contract.CommonEnvironment and Function.Environment, less TENANT_ROLE_ARN
	Permissions []Statement        // of the execution role, beside logs, traces, key and dead letters
	// Tenant is what the function's tenant access role may do; nil for a
	// function without tenant data.
	Tenant                 []Statement
	Placement              *Placement
	LogLevel               string
	LogRetentionDays       int
	DeadLetterDays         int
	AsyncMaxAgeSeconds     int
	AsyncRetries           int
	ReservedConcurrency    int // zero for unreserved
	ProvisionedConcurrency int // zero for none
}

// Function is a Lambda function with a role, a log group, a dead-letter queue
// and a live alias of its own.
type Function struct {
	constructs.Construct
	Resource    lambdafunction.LambdaFunction
	Alias       lambdaalias.LambdaAlias
	Role        Role
	TenantRole  Role // zero for a function without tenant data
	LogGroup    cloudwatchloggroup.CloudwatchLogGroup
	DeadLetters DeadLetterQueue
}

// NewFunction makes a function.
func NewFunction(scope constructs.Construct, id string, props FunctionProps) Function {
	checkFunction(scope, id, props)
	w, name := props.Where, props.Where.Prefix+"-"+props.Function.Name
	f := Function{Construct: group(scope, id)}
	f.LogGroup = NewLogGroup(f.Construct, "logs", "/aws/lambda/"+name, props.KeyARN, props.LogRetentionDays)
	f.DeadLetters = NewDeadLetterQueue(f.Construct, "dead-letters", DeadLetterQueueProps{
		Name: name + "-dead-letters", ARN: w.ARN("sqs", name+"-dead-letters"), KeyARN: props.KeyARN, RetentionDays: props.DeadLetterDays,
	})
	permissions := slices.Concat(ExecutionStatements(props), props.Permissions)
	if props.Tenant != nil {
		permissions = append(permissions, AssumeTenantRole(w, name))
	}
	// Not ServiceTrust: Lambda takes execution roles without naming a source account.
	trust := Statement{Effect: "Allow", Actions: []string{"sts:AssumeRole"}}.To("Service", "lambda.amazonaws.com")
	f.Role = NewRole(f.Construct, "role", RoleProps{
		Name: name, Description: "Execution role of " + name, Trust: []Statement{trust}, Permissions: permissions,
	})
	environment := maps.Clone(props.Environment)
	if props.Tenant != nil {
		f.TenantRole = NewTenantAccess(f.Construct, "tenant-access", TenantAccessProps{
			Name: TenantRoleName(name), FunctionRoleARN: *f.Role.Resource.Arn(), Permissions: props.Tenant,
		})
		environment[contract.EnvTenantRoleARN] = f.TenantRole.Resource.Arn()
	}
	f.Resource = newLambda(f, name, environment, props)
	f.Alias = lambdaalias.NewLambdaAlias(f.Construct, jsii.String("live"), &lambdaalias.LambdaAliasConfig{
		Name: jsii.String(contract.LiveAlias), FunctionName: f.Resource.FunctionName(), FunctionVersion: f.Resource.Version(),
	})
	lambdafunctioneventinvokeconfig.NewLambdaFunctionEventInvokeConfig(f.Construct, jsii.String("async"), &lambdafunctioneventinvokeconfig.LambdaFunctionEventInvokeConfigConfig{
		FunctionName: f.Resource.FunctionName(), Qualifier: f.Alias.Name(),
		MaximumEventAgeInSeconds: jsii.Number(props.AsyncMaxAgeSeconds), MaximumRetryAttempts: jsii.Number(props.AsyncRetries),
	})
	if props.ProvisionedConcurrency > 0 {
		lambdaprovisionedconcurrencyconfig.NewLambdaProvisionedConcurrencyConfig(f.Construct, jsii.String("warm"), &lambdaprovisionedconcurrencyconfig.LambdaProvisionedConcurrencyConfigConfig{
			FunctionName: f.Resource.FunctionName(), Qualifier: f.Alias.Name(), ProvisionedConcurrentExecutions: jsii.Number(props.ProvisionedConcurrency),
		})
	}
	return f
}

func newLambda(f Function, name string, environment map[string]*string, props FunctionProps) lambdafunction.LambdaFunction {
	bundle := cdktf.NewTerraformAsset(f.Construct, jsii.String("bundle"), &cdktf.TerraformAssetConfig{Path: jsii.String(props.Bundle), Type: cdktf.AssetType_FILE})
	config := &lambdafunction.LambdaFunctionConfig{
		FunctionName: jsii.String(name), Description: jsii.String(props.Description), Role: f.Role.Resource.Arn(),
		Runtime: jsii.String("provided.al2023"), Architectures: jsii.Strings("arm64"), Handler: jsii.String("bootstrap"),
		Filename: bundle.Path(), SourceCodeHash: cdktf.Fn_Filebase64sha256(bundle.Path()),
		MemorySize: jsii.Number(props.MemoryMB), Timeout: jsii.Number(props.TimeoutSec), Publish: true, KmsKeyArn: props.KeyARN,
		Environment:      &lambdafunction.LambdaFunctionEnvironment{Variables: &environment},
		TracingConfig:    &lambdafunction.LambdaFunctionTracingConfig{Mode: jsii.String("Active")},
		DeadLetterConfig: &lambdafunction.LambdaFunctionDeadLetterConfig{TargetArn: f.DeadLetters.Queue.Arn()},
		LoggingConfig: &lambdafunction.LambdaFunctionLoggingConfig{
			LogFormat: jsii.String("JSON"), LogGroup: f.LogGroup.Name(), ApplicationLogLevel: jsii.String(props.LogLevel), SystemLogLevel: jsii.String("WARN"),
		},
		// The role's policy and the log group must be there before the first call.
		DependsOn: &[]cdktf.ITerraformDependable{f.Role.Policy, f.LogGroup},
	}
	if props.Placement != nil {
		config.VpcConfig = &lambdafunction.LambdaFunctionVpcConfig{SubnetIds: props.Placement.SubnetIDs, SecurityGroupIds: props.Placement.SecurityGroups}
	}
	if props.ReservedConcurrency > 0 {
		config.ReservedConcurrentExecutions = jsii.Number(props.ReservedConcurrency)
	}
	return lambdafunction.NewLambdaFunction(f.Construct, jsii.String("function"), config)
}

func checkFunction(scope constructs.Construct, id string, props FunctionProps) {
	require(given(props.KeyARN), scope, id, "a function needs a customer-managed key for its environment: KeyARN is not set")
	require(props.Bundle != "", scope, id, "a function needs a bundle")
	require(!props.Function.Chat || (props.MemoryMB >= 512 && props.TimeoutSec >= 30), scope, id,
		"a function that handles chat or retrieval has at least 512 MB and 30 s, not %d MB and %d s", props.MemoryMB, props.TimeoutSec)
	want := slices.Concat(contract.CommonEnvironment, props.Function.Environment)
	want = slices.DeleteFunc(want, func(v string) bool { return v == contract.EnvTenantRoleARN })
	slices.Sort(want)
	got := slices.Sorted(maps.Keys(props.Environment))
	require(slices.Equal(want, got), scope, id, "the environment of %s is %v; its contract is %v", props.Function.Name, got, want)
	for _, v := range got {
		require(given(props.Environment[v]), scope, id, "the environment variable %s is empty", v)
	}
	tenant := slices.Contains(props.Function.Environment, contract.EnvTenantRoleARN)
	require(tenant == (len(props.Tenant) > 0), scope, id, "a function has tenant permissions where, and only where, its contract names %s", contract.EnvTenantRoleARN)
}
