package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcendpoint"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupegressrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// gatewayEndpoints and interfaceEndpoints are the services that are called from
// inside the VPC: by document-ingestion (STS, Bedrock, EventBridge, X-Ray),
// search-admin (STS), and the tenants' agents (those, and logs and metrics).
var (
	gatewayEndpoints   = []string{"s3", "dynamodb"}
	interfaceEndpoints = []string{"sts", "bedrock-runtime", "events", "logs", "monitoring", "xray"}
)

type securityGroups struct{ functions, agents, search, endpoints *string }

// callers are the groups that call others, by name.
func (g securityGroups) callers() []caller {
	return []caller{{"functions", g.functions}, {"agents", g.agents}}
}

type caller struct {
	name string
	id   *string
}

// addSecurityGroups makes the groups: functions and agents may talk to the
// search domain and to the endpoints, by HTTPS, and nobody to them.
func addSecurityGroups(stack cdktf.TerraformStack, cfg envs.Config, vpcID *string) securityGroups {
	group := func(id, description string) *string {
		return securitygroup.NewSecurityGroup(stack, jsii.String(id+"-group"), &securitygroup.SecurityGroupConfig{
			Name: jsii.String(cfg.Name(id)), Description: jsii.String(description), VpcId: vpcID,
		}).Id()
	}
	g := securityGroups{
		functions: group("functions", "Functions that talk to the search domain"),
		agents:    group("agents", "Agents of tenants"),
		search:    group("search", "The search domain"),
		endpoints: group("endpoints", "Endpoints of AWS services"),
	}
	for _, c := range g.callers() {
		allowHTTPS(stack, c.name+"-to-search", c.id, g.search)
		allowHTTPS(stack, c.name+"-to-endpoints", c.id, g.endpoints)
	}
	return g
}

func allowHTTPS(stack cdktf.TerraformStack, id string, from, to *string) {
	vpcsecuritygroupegressrule.NewVpcSecurityGroupEgressRule(stack, jsii.String(id+"-out"), &vpcsecuritygroupegressrule.VpcSecurityGroupEgressRuleConfig{
		SecurityGroupId: from, ReferencedSecurityGroupId: to, IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(443), ToPort: jsii.Number(443),
		Description: jsii.String("HTTPS: " + id),
	})
	vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(stack, jsii.String(id+"-in"), &vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
		SecurityGroupId: to, ReferencedSecurityGroupId: from, IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(443), ToPort: jsii.Number(443),
		Description: jsii.String("HTTPS: " + id),
	})
}

// addEndpoints makes the endpoints. Only principals of this account get through
// them.
func addEndpoints(stack cdktf.TerraformStack, cfg envs.Config, vpcID, routeTable *string, subnets *[]*string, groups securityGroups) {
	policy := jsii.String(blocks.Document(blocks.Statement{
		Sid: "ThisAccount", Effect: "Allow", Principal: "*", Actions: []string{"*"}, Resources: []string{"*"},
	}.If("StringEquals", "aws:PrincipalAccount", cfg.Account.ID)))
	service := func(name string) *string { return jsii.String("com.amazonaws." + cfg.Account.Region + "." + name) }
	for _, name := range gatewayEndpoints {
		gateway := vpcendpoint.NewVpcEndpoint(stack, jsii.String("endpoint-"+name), &vpcendpoint.VpcEndpointConfig{
			VpcId: vpcID, ServiceName: service(name), VpcEndpointType: jsii.String("Gateway"), RouteTableIds: &[]*string{routeTable}, Policy: policy,
		})
		// A gateway has no group: the service's addresses are reached by route, and
		// stand in a list that AWS keeps.
		for _, c := range groups.callers() {
			vpcsecuritygroupegressrule.NewVpcSecurityGroupEgressRule(stack, jsii.String(c.name+"-to-"+name), &vpcsecuritygroupegressrule.VpcSecurityGroupEgressRuleConfig{
				SecurityGroupId: c.id, PrefixListId: gateway.PrefixListId(), IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(443), ToPort: jsii.Number(443),
				Description: jsii.String("HTTPS: " + c.name + " to " + name),
			})
		}
	}
	for _, name := range interfaceEndpoints {
		vpcendpoint.NewVpcEndpoint(stack, jsii.String("endpoint-"+name), &vpcendpoint.VpcEndpointConfig{
			VpcId: vpcID, ServiceName: service(name), VpcEndpointType: jsii.String("Interface"), SubnetIds: subnets,
			SecurityGroupIds: &[]*string{groups.endpoints}, PrivateDnsEnabled: true, Policy: policy,
		})
	}
}
