package stacks

import (
	"encoding/binary"
	"net/netip"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultsecuritygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/flowlog"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamservicelinkedrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetableassociation"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/subnet"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpc"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// addNetwork makes a VPC without a way to the internet: private subnets, the
// endpoints of the AWS services that its functions call, and flow logs.
func addNetwork(stack cdktf.TerraformStack, cfg envs.Config, out *FoundationOutputs) {
	network := vpc.NewVpc(stack, jsii.String("vpc"), &vpc.VpcConfig{
		CidrBlock: jsii.String(cfg.Network.CIDR), EnableDnsSupport: true, EnableDnsHostnames: true,
		Tags: &map[string]*string{"Name": jsii.String(cfg.Name("vpc"))},
	})
	// Whatever is put into the default group by mistake can talk to nobody.
	defaultsecuritygroup.NewDefaultSecurityGroup(stack, jsii.String("default-group"), &defaultsecuritygroup.DefaultSecurityGroupConfig{VpcId: network.Id()})
	table := routetable.NewRouteTable(stack, jsii.String("private-routes"), &routetable.RouteTableConfig{
		VpcId: network.Id(), Tags: &map[string]*string{"Name": jsii.String(cfg.Name("private"))},
	})
	var ids []*string
	for i, cidr := range Subnets(cfg.Network.CIDR, len(cfg.Network.Zones)) {
		zone := cfg.Network.Zones[i]
		s := subnet.NewSubnet(stack, jsii.String("private-"+zone), &subnet.SubnetConfig{
			VpcId: network.Id(), CidrBlock: jsii.String(cidr), AvailabilityZone: jsii.String(cfg.Account.Region + zone), MapPublicIpOnLaunch: false,
			Tags: &map[string]*string{"Name": jsii.String(cfg.Name("private-" + zone))},
		})
		routetableassociation.NewRouteTableAssociation(stack, jsii.String("private-route-"+zone), &routetableassociation.RouteTableAssociationConfig{
			SubnetId: s.Id(), RouteTableId: table.Id(),
		})
		ids = append(ids, s.Id())
	}
	out.PrivateSubnetIDs = &ids
	groups := addSecurityGroups(stack, cfg, network.Id())
	out.FunctionSecurityGroup, out.SearchSecurityGroup, out.AgentSecurityGroup = groups.functions, groups.search, groups.agents
	addEndpoints(stack, cfg, network.Id(), table.Id(), &ids, groups)
	addFlowLogs(stack, cfg, network.Id(), *out.KMSKeyARN)
}

// Subnets cuts a network into n parts of a quarter each: the last quarter of
// three stays free.
func Subnets(cidr string, n int) []string {
	p := netip.MustParsePrefix(cidr)
	base := binary.BigEndian.Uint32(p.Addr().AsSlice())
	bits := p.Bits() + 2
	var parts []string
	for i := range n {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], base+uint32(i)<<(32-bits))
		parts = append(parts, netip.PrefixFrom(netip.AddrFrom4(b), bits).String())
	}
	return parts
}

func addFlowLogs(stack cdktf.TerraformStack, cfg envs.Config, vpcID *string, keyARN string) {
	name := "/aws/vpc/" + cfg.Name("flow-logs")
	group := blocks.NewLogGroup(stack, "flow-log-group", name, jsii.String(keyARN), cfg.Network.FlowLogRetention)
	role := blocks.NewRole(stack, "flow-log-role", blocks.RoleProps{
		Name: cfg.Name("flow-logs"), Description: "Delivers flow logs",
		Trust: []blocks.Statement{
			blocks.ServiceTrust("vpc-flow-logs.amazonaws.com", cfg.Account.ID).If("ArnLike", "aws:SourceArn", cfg.ARN("ec2", "vpc-flow-log/*")),
		},
		Permissions: []blocks.Statement{blocks.Allow("Deliver", []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			[]string{cfg.ARN("logs", "log-group:"+name+":*")})},
	})
	flowlog.NewFlowLog(stack, jsii.String("flow-log"), &flowlog.FlowLogConfig{
		VpcId: vpcID, TrafficType: jsii.String("ALL"), LogDestinationType: jsii.String("cloud-watch-logs"), LogDestination: group.Arn(),
		IamRoleArn: role.Resource.Arn(), MaxAggregationInterval: jsii.Number(60),
	})
}

// addSearchLinkedRole makes the role by which OpenSearch has network interfaces
// in a VPC. An account has one.
func addSearchLinkedRole(stack cdktf.TerraformStack) {
	iamservicelinkedrole.NewIamServiceLinkedRole(stack, jsii.String("search-linked-role"), &iamservicelinkedrole.IamServiceLinkedRoleConfig{
		AwsServiceName: jsii.String("opensearchservice.amazonaws.com"),
	})
}
