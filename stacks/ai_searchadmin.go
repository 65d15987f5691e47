package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdainvocation"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// addSearchAdmin makes the function that prepares the search domain, and has
// it do so at this deploy. With fine-grained access control, IAM alone lets
// nobody in: the function takes the domain's master role, and can do nothing
// else.
func (a *aiStack) addSearchAdmin() blocks.Function {
	cfg := a.cfg
	props := functionProps(cfg, a.artifacts, contract.SearchAdmin, a.foundation.KMSKeyARN)
	props.Description = "Makes the vector index, its access control and tenants' aliases"
	props.MemoryMB, props.TimeoutSec = 256, 60
	props.Placement = searchPlacement(cfg, a.foundation)
	props.Permissions = []blocks.Statement{blocks.Allow("MasterRole", []string{"sts:AssumeRole"}, []string{*a.data.SearchMasterRoleARN})}
	props.Environment[contract.EnvSearchEndpoint] = a.data.SearchEndpoint
	props.Environment[contract.EnvSearchMasterRole] = a.data.SearchMasterRoleARN
	f := blocks.NewFunction(a.stack, contract.SearchAdmin.Name, props)
	setup := searchSetup(cfg)
	lambdainvocation.NewLambdaInvocation(a.stack, jsii.String("search-setup"), &lambdainvocation.LambdaInvocationConfig{
		FunctionName: f.Resource.FunctionName(), Qualifier: f.Alias.Name(), Input: jsii.String(blocks.JSON(contract.SearchRequest{Setup: &setup})),
		// Another input, another program or another domain is another invocation;
		// a destroy is none, since the index goes with the domain.
		LifecycleScope: jsii.String("CREATE_ONLY"), Triggers: &map[string]*string{"version": f.Resource.Version(), "endpoint": a.data.SearchEndpoint},
	})
	a.out.SearchAdmin = functionOutputs(f)
	return f
}
