package stacks

import (
	"fmt"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogresourcepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/opensearchdomain"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// searchLogs maps the domain's kinds of log to the ends of their groups' names.
var searchLogs = []struct{ kind, group string }{
	{"AUDIT_LOGS", "audit"},
	{"ES_APPLICATION_LOGS", "application"},
	{"INDEX_SLOW_LOGS", "index-slow"},
	{"SEARCH_SLOW_LOGS", "search-slow"},
}

// addSearch makes the search domain: encrypted at rest and between its nodes,
// HTTPS by TLS 1.2 only, with fine-grained access control whose master is a
// role that search-admin alone can take. There are no internal users.
func addSearch(stack cdktf.TerraformStack, cfg envs.Config, f FoundationOutputs, out *DataOutputs) {
	name, s := cfg.Name("search"), cfg.Search
	arn := cfg.ARN("es", "domain/"+name)
	master := blocks.NewRole(stack, "search-master", blocks.RoleProps{
		Name: cfg.Name(envs.SearchMasterRole), Description: "Master of the search domain's access control",
		Trust:       []blocks.Statement{searchMasterTrust(cfg)},
		Permissions: []blocks.Statement{blocks.Allow("Domain", masterMethods, []string{arn + "/*"})},
	})
	blocks.Suppress(master.Policy, "FO-IAM-004/Domain", "The master makes the index, the aliases and the access control that keep tenants apart; only search-admin can take it, and no request of a tenant reaches that.")
	logs := addSearchLogs(stack, cfg, f.KMSKeyARN, arn)
	config := &opensearchdomain.OpensearchDomainConfig{
		DomainName: jsii.String(name), EngineVersion: jsii.String(s.EngineVersion),
		ClusterConfig:        clusterConfig(s),
		EbsOptions:           &opensearchdomain.OpensearchDomainEbsOptions{EbsEnabled: true, VolumeType: jsii.String("gp3"), VolumeSize: jsii.Number(s.VolumeGiB), Iops: jsii.Number(s.VolumeIOPS), Throughput: jsii.Number(s.VolumeMiBs)},
		EncryptAtRest:        &opensearchdomain.OpensearchDomainEncryptAtRest{Enabled: true, KmsKeyId: f.KMSKeyARN},
		NodeToNodeEncryption: &opensearchdomain.OpensearchDomainNodeToNodeEncryption{Enabled: true},
		DomainEndpointOptions: &opensearchdomain.OpensearchDomainDomainEndpointOptions{
			EnforceHttps: true, TlsSecurityPolicy: jsii.String("Policy-Min-TLS-1-2-PFS-2023-10"),
		},
		AdvancedSecurityOptions: &opensearchdomain.OpensearchDomainAdvancedSecurityOptions{
			Enabled: true, AnonymousAuthEnabled: false, InternalUserDatabaseEnabled: false,
			MasterUserOptions: &opensearchdomain.OpensearchDomainAdvancedSecurityOptionsMasterUserOptions{MasterUserArn: master.Resource.Arn()},
		},
		AdvancedOptions: &map[string]*string{
			// A bulk or multi-search body can't name another index than the request's path.
			"rest.action.multi.allow_explicit_index": jsii.String("false"),
			// The service adds this one by itself: naming it keeps the plan empty.
			"override_main_response_version": jsii.String("false"),
		},
		AccessPolicies:        jsii.String(blocks.Document(searchAccess(cfg, arn))),
		AutoTuneOptions:       &opensearchdomain.OpensearchDomainAutoTuneOptions{DesiredState: jsii.String(autoTune(s)), RollbackOnDisable: jsii.String("NO_ROLLBACK")},
		OffPeakWindowOptions:  &opensearchdomain.OpensearchDomainOffPeakWindowOptions{Enabled: true},
		SoftwareUpdateOptions: &opensearchdomain.OpensearchDomainSoftwareUpdateOptions{AutoSoftwareUpdateEnabled: true},
		SnapshotOptions:       &opensearchdomain.OpensearchDomainSnapshotOptions{AutomatedSnapshotStartHour: jsii.Number(s.SnapshotHourUTC)},
		LogPublishingOptions:  logs.options,
		DependsOn:             &[]cdktf.ITerraformDependable{logs.policy},
	}
	if cfg.Network.Enabled {
		config.VpcOptions = domainPlacement(cfg, f)
	}
	if cfg.Storage.DeletionProtection {
		config.Lifecycle = &cdktf.TerraformResourceLifecycle{PreventDestroy: jsii.Bool(true)}
	}
	domain := opensearchdomain.NewOpensearchDomain(stack, jsii.String("search"), config)
	out.SearchDomain, out.SearchDomainARN, out.SearchEndpoint = domain.DomainName(), domain.Arn(), domain.Endpoint()
	out.SearchMasterRoleARN = master.Resource.Arn()
}

// httpMethods is every way to talk to the domain; what it does is decided by
// its access control.
var httpMethods = []string{"es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPatch", "es:ESHttpPost", "es:ESHttpPut"}

// masterMethods are those that search-admin makes its requests with. It removes
// nothing by DELETE: an alias goes by an action, entries by a query.
var masterMethods = []string{"es:ESHttpGet", "es:ESHttpPatch", "es:ESHttpPost", "es:ESHttpPut"}

// searchMasterTrust lets search-admin take the master role. The function is of
// a later stack, and a trust policy can't name a role that is not there yet: so
// the account is trusted, on the condition of the role's name.
func searchMasterTrust(cfg envs.Config) blocks.Statement {
	return blocks.Statement{Sid: "SearchAdmin", Effect: "Allow", Actions: []string{"sts:AssumeRole"}}.
		To("AWS", cfg.GlobalARN("iam", "root")).
		If("ArnEquals", "aws:PrincipalArn", cfg.RoleARN(contract.SearchAdmin.Name))
}

// searchAccess is the domain's policy: principals of this account, each within
// what its own IAM policy says (a tenant role: its alias), and then within the
// domain's access control.
func searchAccess(cfg envs.Config, arn string) blocks.Statement {
	return blocks.Allow("AccountIAM", httpMethods, []string{arn + "/*"}).To("AWS", cfg.GlobalARN("iam", "root"))
}

func clusterConfig(s envs.Search) *opensearchdomain.OpensearchDomainClusterConfig {
	c := &opensearchdomain.OpensearchDomainClusterConfig{
		InstanceType: jsii.String(s.InstanceType), InstanceCount: jsii.Number(s.InstanceCount), DedicatedMasterEnabled: s.MasterType != "",
		ZoneAwarenessEnabled: s.ZoneCount > 1,
	}
	if s.MasterType != "" {
		c.DedicatedMasterType, c.DedicatedMasterCount = jsii.String(s.MasterType), jsii.Number(s.MasterCount)
	}
	if s.ZoneCount > 1 {
		c.ZoneAwarenessConfig = &opensearchdomain.OpensearchDomainClusterConfigZoneAwarenessConfig{AvailabilityZoneCount: jsii.Number(s.ZoneCount)}
	}
	return c
}

// domainPlacement takes one subnet a zone; a domain is given no more.
func domainPlacement(cfg envs.Config, f FoundationOutputs) *opensearchdomain.OpensearchDomainVpcOptions {
	subnets := f.PrivateSubnetIDs
	if cfg.Search.ZoneCount < len(cfg.Network.Zones) {
		subnets = cdktf.Token_AsList(cdktf.Fn_Slice(f.PrivateSubnetIDs, jsii.Number(0), jsii.Number(cfg.Search.ZoneCount)), nil)
	}
	return &opensearchdomain.OpensearchDomainVpcOptions{SubnetIds: subnets, SecurityGroupIds: &[]*string{f.SearchSecurityGroup}}
}

func autoTune(s envs.Search) string {
	if s.AutoTune {
		return "ENABLED"
	}
	return "DISABLED"
}

type domainLogs struct {
	options []opensearchdomain.OpensearchDomainLogPublishingOptions
	policy  cdktf.ITerraformDependable
}

// addSearchLogs makes a log group for each kind of the domain's logs, and lets
// OpenSearch write to them.
func addSearchLogs(stack cdktf.TerraformStack, cfg envs.Config, keyARN *string, domainARN string) domainLogs {
	prefix := "/aws/opensearch/" + cfg.Name("search")
	var logs domainLogs
	for _, l := range searchLogs {
		group := blocks.NewLogGroup(stack, "search-log-"+l.group, prefix+"/"+l.group, keyARN, cfg.Functions.LogRetention)
		logs.options = append(logs.options, opensearchdomain.OpensearchDomainLogPublishingOptions{
			LogType: jsii.String(l.kind), CloudwatchLogGroupArn: group.Arn(), Enabled: true,
		})
	}
	logs.policy = cloudwatchlogresourcepolicy.NewCloudwatchLogResourcePolicy(stack, jsii.String("search-log-policy"), &cloudwatchlogresourcepolicy.CloudwatchLogResourcePolicyConfig{
		PolicyName: jsii.String(cfg.Name("search-logs")),
		PolicyDocument: jsii.String(blocks.Document(
			blocks.Allow("OpenSearch", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, []string{cfg.ARN("logs", fmt.Sprintf("log-group:%s/*", prefix))}).
				To("Service", "es.amazonaws.com").
				If("StringEquals", "aws:SourceAccount", cfg.Account.ID).
				If("ArnLike", "aws:SourceArn", domainARN),
		)),
	})
	return logs
}
