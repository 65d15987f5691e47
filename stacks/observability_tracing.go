package stacks

import (
	"fmt"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/xrayencryptionconfig"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/xraygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/xraysamplingrule"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// How many REST requests are traced: all of the first few in a second, so that
// a quiet environment loses none, and a share of the rest. The functions follow
// the decision that API Gateway took; Lambda samples calls that have none by a
// rule of its own, which can't be set.
const (
	tracedPerSecond = 10
	tracedShare     = 0.1
)

// addTracing makes the environment's X-Ray group and sampling rule, and where
// the account's settings are this environment's, encrypts traces with the
// platform's key.
func addTracing(stack cdktf.TerraformStack, o observed) {
	cfg := o.cfg
	xraygroup.NewXrayGroup(stack, jsii.String("traces"), &xraygroup.XrayGroupConfig{
		GroupName: jsii.String(cfg.Prefix()), FilterExpression: jsii.String(traceFilter(o)),
		// Insights find anomalies in the group. Nothing listens to their events: the
		// alarms call people.
		InsightsConfiguration: &xraygroup.XrayGroupInsightsConfiguration{InsightsEnabled: true, NotificationsEnabled: false},
	})
	xraysamplingrule.NewXraySamplingRule(stack, jsii.String("sampling"), &xraysamplingrule.XraySamplingRuleConfig{
		RuleName: jsii.String(cfg.Name("rest")), Priority: jsii.Number(1000), Version: jsii.Number(1),
		ReservoirSize: jsii.Number(tracedPerSecond), FixedRate: jsii.Number(tracedShare),
		ServiceName: jsii.String(*o.api.RestAPIName + "/" + *o.api.RestStage), ServiceType: jsii.String("AWS::ApiGateway::Stage"),
		Host: jsii.String("*"), HttpMethod: jsii.String("*"), UrlPath: jsii.String("*"), ResourceArn: jsii.String("*"),
	})
	if cfg.Account.OwnsSingletons {
		xrayencryptionconfig.NewXrayEncryptionConfig(stack, jsii.String("trace-encryption"), &xrayencryptionconfig.XrayEncryptionConfigConfig{
			Type: jsii.String("KMS"), KeyId: o.foundation.KMSKeyARN,
		})
	}
}

// traceFilter picks the traces that pass through any of the functions.
func traceFilter(o observed) string {
	var terms []string
	for _, f := range o.functions() {
		terms = append(terms, fmt.Sprintf(`service("%s")`, *f.FunctionOutputs.Name))
	}
	return strings.Join(terms, " OR ")
}
