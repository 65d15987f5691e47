package constructs

import (
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaydeployment"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaymethodsettings"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaystage"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

func checkStage(scope constructs.Construct, id string, s StageProps) {
	require(s.Name != "", scope, id, "a stage needs a name")
	require(s.RateLimit > 0 && s.BurstLimit > 0, scope, id, "a stage needs a rate and a burst limit")
	require(given(s.KeyARN), scope, id, "a stage needs a customer-managed key for its logs: KeyARN is not set")
	require(s.LogRetentionDays > 0, scope, id, "a stage's logs need a retention")
}

// addStage deploys what was made so far, whenever it changes.
func (a *RestAPI) addStage(props RestAPIProps, parts []cdktf.ITerraformDependable) {
	s := props.Stage
	deployment := apigatewaydeployment.NewApiGatewayDeployment(a.Construct, jsii.String("deployment"), &apigatewaydeployment.ApiGatewayDeploymentConfig{
		RestApiId: a.Resource.Id(), Triggers: triggers(props), DependsOn: &parts,
		// The stage must never be without a deployment.
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: jsii.Bool(true)},
	})
	access := NewLogGroup(a.Construct, "access-log", "/aws/apigateway/"+props.Name+"/access", s.KeyARN, s.LogRetentionDays)
	// API Gateway makes this group by itself, without a key and kept for ever,
	// unless it is there first.
	execution := NewLogGroup(a.Construct, "execution-log", "API-Gateway-Execution-Logs_"+*a.Resource.Id()+"/"+s.Name, s.KeyARN, s.LogRetentionDays)
	a.Stage = apigatewaystage.NewApiGatewayStage(a.Construct, jsii.String("stage"), &apigatewaystage.ApiGatewayStageConfig{
		RestApiId: a.Resource.Id(), DeploymentId: deployment.Id(), StageName: jsii.String(s.Name),
		XrayTracingEnabled: true, CacheClusterEnabled: false,
		AccessLogSettings: &apigatewaystage.ApiGatewayStageAccessLogSettings{DestinationArn: access.Arn(), Format: jsii.String(RestAccessLog())},
		DependsOn:         before(s.Logging, execution),
	})
	apigatewaymethodsettings.NewApiGatewayMethodSettings(a.Construct, jsii.String("settings"), &apigatewaymethodsettings.ApiGatewayMethodSettingsConfig{
		RestApiId: a.Resource.Id(), StageName: a.Stage.StageName(), MethodPath: jsii.String("*/*"),
		Settings: &apigatewaymethodsettings.ApiGatewayMethodSettingsSettings{
			MetricsEnabled: true, LoggingLevel: jsii.String("ERROR"),
			DataTraceEnabled: false, // it would log bodies and tokens
			CachingEnabled:   false, // one caller's answer is not another's
			// Of each method and all callers together; a tenant's share is in its usage plan.
			ThrottlingRateLimit: jsii.Number(s.RateLimit), ThrottlingBurstLimit: jsii.Number(s.BurstLimit),
		},
	})
}

// triggers are what a deployment depends on: the definition, and the values
// that are known only to Terraform.
func triggers(props RestAPIProps) *map[string]*string {
	t := map[string]*string{"definition": jsii.String(props.Definition.Fingerprint()), "user-pool": props.UserPoolARN}
	for _, name := range slices.Sorted(maps.Keys(props.Targets)) {
		t[name] = props.Targets[name].InvokeARN
	}
	return &t
}

// before lists what must be there first, less what is nil.
func before(all ...cdktf.ITerraformDependable) *[]cdktf.ITerraformDependable {
	list := slices.DeleteFunc(all, func(d cdktf.ITerraformDependable) bool { return d == nil })
	return &list
}
