package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayusageplan"
)

// UsagePlanProps is what each tenant of a tier may use. API Gateway counts by
// API key, and on a best-effort basis: a plan protects, it does not bill.
type UsagePlanProps struct {
	Name        string
	Description string
	RateLimit   float64 // requests a second
	BurstLimit  int
	QuotaPerDay int
}

// NewUsagePlan makes a plan for an API's stage.
func NewUsagePlan(scope constructs.Construct, id string, api RestAPI, props UsagePlanProps) apigatewayusageplan.ApiGatewayUsagePlan {
	require(props.RateLimit > 0 && props.BurstLimit > 0 && props.QuotaPerDay > 0, scope, id, "a usage plan needs a rate, a burst and a quota")
	return apigatewayusageplan.NewApiGatewayUsagePlan(scope, jsii.String(id), &apigatewayusageplan.ApiGatewayUsagePlanConfig{
		Name: jsii.String(props.Name), Description: jsii.String(props.Description),
		ApiStages: []apigatewayusageplan.ApiGatewayUsagePlanApiStages{{ApiId: api.Resource.Id(), Stage: api.Stage.StageName()}},
		ThrottleSettings: &apigatewayusageplan.ApiGatewayUsagePlanThrottleSettings{
			RateLimit: jsii.Number(props.RateLimit), BurstLimit: jsii.Number(props.BurstLimit),
		},
		QuotaSettings: &apigatewayusageplan.ApiGatewayUsagePlanQuotaSettings{Limit: jsii.Number(props.QuotaPerDay), Period: jsii.String("DAY")},
	})
}
