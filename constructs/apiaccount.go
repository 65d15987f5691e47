package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayaccount"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicyattachment"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// NewAPIGatewayAccount lets API Gateway write the logs of all APIs of the
// account in its region. An account has one such setting per region.
func NewAPIGatewayAccount(scope constructs.Construct, id, partition, roleName string) apigatewayaccount.ApiGatewayAccount {
	here := group(scope, id)
	role := NewRole(here, "role", RoleProps{
		Name: roleName, Description: "Lets API Gateway write its logs",
		// Not ServiceTrust: the check below takes the role without naming a source account.
		Trust: []Statement{Statement{Effect: "Allow", Actions: []string{"sts:AssumeRole"}}.To("Service", "apigateway.amazonaws.com")},
	})
	policy := iamrolepolicyattachment.NewIamRolePolicyAttachment(here, jsii.String("policy"), &iamrolepolicyattachment.IamRolePolicyAttachmentConfig{
		Role: role.Resource.Name(), PolicyArn: jsii.String("arn:" + partition + ":iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
	})
	Suppress(policy, "FO-IAM-009", "API Gateway checks the permissions of the role when it is set, for the logs of every API of the account, and its documentation demands this policy by name; only API Gateway can take the role.")
	return apigatewayaccount.NewApiGatewayAccount(here, jsii.String("account"), &apigatewayaccount.ApiGatewayAccountConfig{
		CloudwatchRoleArn: role.Resource.Arn(),
		// The service checks the role's permissions when it is set.
		DependsOn: &[]cdktf.ITerraformDependable{policy},
	})
}
