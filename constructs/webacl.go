package constructs

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogresourcepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webacl"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webaclassociation"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webaclloggingconfiguration"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// secretHeaders are what no log of the firewall may hold.
var secretHeaders = []string{"authorization", "x-api-key"}

// WebACLProps is a firewall in front of a REST API's stage.
type WebACLProps struct {
	Name             string
	Where            Where
	Rules            []WebACLRule
	KeyARN           *string
	LogRetentionDays int
}

// NewWebACL puts a web ACL before the API's stage and logs what it refuses or
// counts. WAF protects REST APIs; it can't be attached to WebSocket APIs.
func NewWebACL(scope constructs.Construct, id string, api RestAPI, props WebACLProps) wafv2webacl.Wafv2WebAcl {
	require(len(props.Rules) > 0, scope, id, "a web ACL needs a rule")
	here := group(scope, id)
	rules := make([]wafv2webacl.Wafv2WebAclRule, len(props.Rules))
	for i, r := range props.Rules {
		rules[i] = webACLRule(props.Name, r)
	}
	acl := wafv2webacl.NewWafv2WebAcl(here, jsii.String("acl"), &wafv2webacl.Wafv2WebAclConfig{
		Name: jsii.String(props.Name), Scope: jsii.String("REGIONAL"), Rule: rules,
		DefaultAction: &wafv2webacl.Wafv2WebAclDefaultAction{Allow: &wafv2webacl.Wafv2WebAclDefaultActionAllow{}},
		VisibilityConfig: &wafv2webacl.Wafv2WebAclVisibilityConfig{
			MetricName: jsii.String(props.Name), CloudwatchMetricsEnabled: true, SampledRequestsEnabled: true,
		},
		// A body is inspected up to 16 KB unless asked for more.
		AssociationConfig: &wafv2webacl.Wafv2WebAclAssociationConfig{RequestBody: []wafv2webacl.Wafv2WebAclAssociationConfigRequestBody{{
			ApiGateway: &wafv2webacl.Wafv2WebAclAssociationConfigRequestBodyApiGateway{DefaultSizeInspectionLimit: jsii.String("KB_64")},
		}}},
		// For sampled requests too, which logging's redaction does not reach; and
		// for pieces of a chat message in the details of a match.
		DataProtectionConfig: &wafv2webacl.Wafv2WebAclDataProtectionConfig{DataProtection: []wafv2webacl.Wafv2WebAclDataProtectionConfigDataProtection{
			protect("SINGLE_HEADER", secretHeaders...), protect("BODY"),
		}},
	})
	for i, r := range props.Rules {
		if r.Group != "" {
			// "none" leaves the actions to the group's rules. WAF demands it, and
			// the binding drops its empty block.
			acl.AddOverride(jsii.String(fmt.Sprintf("rule.%d.override_action.none", i)), map[string]any{})
		}
	}
	wafv2webaclassociation.NewWafv2WebAclAssociation(here, jsii.String("association"), &wafv2webaclassociation.Wafv2WebAclAssociationConfigA{
		ResourceArn: api.Stage.Arn(), WebAclArn: acl.Arn(),
	})
	addWebACLLog(here, acl, props)
	return acl
}

func webACLRule(name string, r WebACLRule) wafv2webacl.Wafv2WebAclRule {
	rule := wafv2webacl.Wafv2WebAclRule{
		Name: jsii.String(r.Name), Priority: jsii.Number(r.Priority), Statement: r.Statement(),
		VisibilityConfig: &wafv2webacl.Wafv2WebAclRuleVisibilityConfig{
			MetricName: jsii.String(name + "-" + r.Name), CloudwatchMetricsEnabled: true, SampledRequestsEnabled: true,
		},
	}
	if r.Group == "" {
		rule.Action = &wafv2webacl.Wafv2WebAclRuleAction{Block: &wafv2webacl.Wafv2WebAclRuleActionBlock{}}
	}
	return rule
}

func protect(field string, keys ...string) wafv2webacl.Wafv2WebAclDataProtectionConfigDataProtection {
	f := &wafv2webacl.Wafv2WebAclDataProtectionConfigDataProtectionField{FieldType: jsii.String(field)}
	if len(keys) > 0 {
		f.FieldKeys = jsii.Strings(keys...)
	}
	return wafv2webacl.Wafv2WebAclDataProtectionConfigDataProtection{Action: jsii.String("SUBSTITUTION"), Field: f}
}

func addWebACLLog(scope constructs.Construct, acl wafv2webacl.Wafv2WebAcl, props WebACLProps) {
	// WAF delivers only into groups whose name begins so.
	log := NewLogGroup(scope, "log", "aws-waf-logs-"+props.Name, props.KeyARN, props.LogRetentionDays)
	policy := cloudwatchlogresourcepolicy.NewCloudwatchLogResourcePolicy(scope, jsii.String("log-policy"), &cloudwatchlogresourcepolicy.CloudwatchLogResourcePolicyConfig{
		PolicyName: jsii.String(props.Name + "-waf"), PolicyDocument: jsii.String(Document(deliverLogs(log, props.Where))),
	})
	redacted := make([]wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationRedactedFields, len(secretHeaders))
	for i, h := range secretHeaders {
		redacted[i].SingleHeader = &wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader{Name: jsii.String(h)}
	}
	// The stage's access log has every request that gets through.
	var kept []wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition
	for _, action := range []string{"BLOCK", "COUNT", "EXCLUDED_AS_COUNT"} {
		kept = append(kept, wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition{
			ActionCondition: &wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition{Action: jsii.String(action)},
		})
	}
	wafv2webaclloggingconfiguration.NewWafv2WebAclLoggingConfiguration(scope, jsii.String("logging"), &wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationConfig{
		ResourceArn: acl.Arn(), LogDestinationConfigs: &[]*string{log.Arn()}, RedactedFields: redacted,
		LoggingFilter: &wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationLoggingFilter{
			DefaultBehavior: jsii.String("DROP"),
			Filter: []wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationLoggingFilterFilter{{
				Behavior: jsii.String("KEEP"), Requirement: jsii.String("MEETS_ANY"), Condition: kept,
			}},
		},
		DependsOn: &[]cdktf.ITerraformDependable{policy},
	})
}

// deliverLogs lets the log delivery service of this account write to a group.
func deliverLogs(log cloudwatchloggroup.CloudwatchLogGroup, w Where) Statement {
	return Allow("Delivery", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, []string{*log.Arn() + ":*"}).
		To("Service", "delivery.logs.amazonaws.com").
		If("StringEquals", "aws:SourceAccount", w.Account).
		If("ArnLike", "aws:SourceArn", w.ARN("logs", "*"))
}
