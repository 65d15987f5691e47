package constructs

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayauthorizer"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaymodel"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayrequestvalidator"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayresource"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayrestapi"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayrestapipolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaystage"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// Target is a function that an API calls, through its live alias.
type Target struct {
	FunctionName *string
	Alias        string
	InvokeARN    *string // the alias's ARN in the form that API Gateway takes
}

// RestAPIProps is a REST API with one stage.
type RestAPIProps struct {
	Name        string
	Description string
	Definition  RestDefinition
	UserPoolARN *string
	Targets     map[string]Target // by contract.Function.Name
	Stage       StageProps
	// DefaultEndpointOff refuses what does not come through a custom domain.
	DefaultEndpointOff bool
}

// StageProps is the stage of an API.
type StageProps struct {
	Name             string
	KeyARN           *string
	LogRetentionDays int
	RateLimit        float64 // requests a second
	BurstLimit       int
	// Logging is the account's setting that lets API Gateway write logs; nil
	// where another environment of the account owns it.
	Logging cdktf.ITerraformDependable
}

// RestAPI is a Regional REST API whose methods are authorized by a user pool,
// validated, and answered by functions.
type RestAPI struct {
	constructs.Construct
	Resource apigatewayrestapi.ApiGatewayRestApi
	Stage    apigatewaystage.ApiGatewayStage

	authorizer         *string
	bodies, parameters *string // request validators
	places             map[string]place
}

// place is a path: the scope that its methods stand under, and its resource.
type place struct {
	scope    constructs.Construct
	resource *string
}

// NewRestAPI makes an API from its definition.
func NewRestAPI(scope constructs.Construct, id string, props RestAPIProps) RestAPI {
	d := props.Definition
	require(len(d.Methods) > 0, scope, id, "an API needs a method")
	require(given(props.UserPoolARN), scope, id, "an API needs the user pool that its callers sign in to: UserPoolARN is not set")
	for _, m := range d.Methods {
		t := props.Targets[m.Function]
		require(given(t.FunctionName) && given(t.InvokeARN) && t.Alias != "", scope, id, "%s %s is answered by %s, which is not among the targets", m.Method, m.Path, m.Function)
	}
	checkStage(scope, id, props.Stage)
	a := RestAPI{Construct: group(scope, id)}
	a.Resource = apigatewayrestapi.NewApiGatewayRestApi(a.Construct, jsii.String("api"), &apigatewayrestapi.ApiGatewayRestApiConfig{
		Name: jsii.String(props.Name), Description: jsii.String(props.Description), ApiKeySource: jsii.String("HEADER"),
		EndpointConfiguration:     &apigatewayrestapi.ApiGatewayRestApiEndpointConfiguration{Types: jsii.Strings("REGIONAL")},
		DisableExecuteApiEndpoint: props.DefaultEndpointOff,
	})
	a.places = map[string]place{"": {a.Construct, a.Resource.RootResourceId()}}
	// A deployment is a copy of what is there. These are the ends of the chains
	// of references that lead through everything else.
	parts := []cdktf.ITerraformDependable{a.addPolicy(d)}
	a.addAuthorizer(props)
	a.addValidators()
	models := map[string]apigatewaymodel.ApiGatewayModel{}
	for _, m := range d.Models {
		models[m.Name] = apigatewaymodel.NewApiGatewayModel(a.Construct, jsii.String("model-"+m.Name), &apigatewaymodel.ApiGatewayModelConfig{
			RestApiId: a.Resource.Id(), Name: jsii.String(m.Name), ContentType: jsii.String("application/json"), Schema: jsii.String(m.Schema),
		})
	}
	for _, m := range d.Methods {
		require(m.Model == "" || models[m.Model] != nil, scope, id, "%s %s takes a %s, which the definition has no model of", m.Method, m.Path, m.Model)
		parts = append(parts, a.addMethod(m, d, models[m.Model], props.Targets[m.Function], props.Stage.Name))
	}
	for _, p := range d.Preflights {
		parts = append(parts, a.addPreflight(p, a.at(p.Path)))
	}
	for _, r := range d.Responses {
		parts = append(parts, a.addResponse(r))
	}
	a.addStage(props, parts)
	return a
}

func (a RestAPI) addPolicy(d RestDefinition) cdktf.ITerraformDependable {
	policy := apigatewayrestapipolicy.NewApiGatewayRestApiPolicy(a.Construct, jsii.String("policy"), &apigatewayrestapipolicy.ApiGatewayRestApiPolicyConfig{
		RestApiId: a.Resource.Id(), Policy: jsii.String(strings.ReplaceAll(d.Policy, `"`+restPlaceholder+`/`, `"`+*a.Resource.ExecutionArn()+`/`)),
	})
	Suppress(policy, "FO-IAM-010/Callers", "Callers have no IAM identity to name: the Cognito authorizer of each method decides who they are, and this policy may only narrow that.")
	return policy
}

// addAuthorizer makes the Cognito authorizer. Methods that use it name no
// scopes, so it takes the ID token, which carries the tenant's claim.
func (a *RestAPI) addAuthorizer(props RestAPIProps) {
	a.authorizer = apigatewayauthorizer.NewApiGatewayAuthorizer(a.Construct, jsii.String("authorizer"), &apigatewayauthorizer.ApiGatewayAuthorizerConfig{
		RestApiId: a.Resource.Id(), Name: jsii.String(props.Name), Type: jsii.String("COGNITO_USER_POOLS"), ProviderArns: &[]*string{props.UserPoolARN},
		IdentitySource:               jsii.String(props.Definition.Authorizer.IdentitySource),
		AuthorizerResultTtlInSeconds: jsii.Number(props.Definition.Authorizer.TTLSeconds),
	}).Id()
}

// addValidators makes the two request validators: of methods that take a body,
// and of those that do not.
func (a *RestAPI) addValidators() {
	validator := func(name string, body bool) *string {
		return apigatewayrequestvalidator.NewApiGatewayRequestValidator(a.Construct, jsii.String("validate-"+name), &apigatewayrequestvalidator.ApiGatewayRequestValidatorConfig{
			RestApiId: a.Resource.Id(), Name: jsii.String(name), ValidateRequestBody: body, ValidateRequestParameters: true,
		}).Id()
	}
	a.bodies, a.parameters = validator("body-and-parameters", true), validator("parameters", false)
}

// at is the place of a path. Its resource, and those above it, are made when
// they are asked for first.
func (a RestAPI) at(path string) place {
	parts := segments(path)
	key := strings.Join(parts, "/")
	if p, ok := a.places[key]; ok {
		return p
	}
	last := parts[len(parts)-1]
	parent := a.at(strings.Join(parts[:len(parts)-1], "/"))
	scope := group(parent.scope, last)
	p := place{scope, apigatewayresource.NewApiGatewayResource(scope, jsii.String("resource"), &apigatewayresource.ApiGatewayResourceConfig{
		RestApiId: a.Resource.Id(), ParentId: parent.resource, PathPart: jsii.String(last),
	}).Id()}
	a.places[key] = p
	return p
}
