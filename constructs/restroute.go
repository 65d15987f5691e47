package constructs

import (
	"regexp"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayintegration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaymethod"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaymodel"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdapermission"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// addMethod makes one method: authorized, validated, and answered by its
// function's live alias, which this route of this stage is let call.
func (a RestAPI) addMethod(m RestMethod, d RestDefinition, model apigatewaymodel.ApiGatewayModel, target Target, stage string) cdktf.ITerraformDependable {
	at := a.at(m.Path)
	scope := group(at.scope, m.Method)
	config := &apigatewaymethod.ApiGatewayMethodConfig{
		RestApiId: a.Resource.Id(), ResourceId: at.resource, HttpMethod: jsii.String(m.Method),
		Authorization: jsii.String("COGNITO_USER_POOLS"), AuthorizerId: a.authorizer, ApiKeyRequired: m.APIKey, RequestValidatorId: a.parameters,
	}
	if len(m.Parameters) > 0 {
		parameters := map[string]any{}
		for name, required := range m.Parameters {
			parameters[name] = required
		}
		config.RequestParameters = &parameters
	}
	if model != nil {
		// API Gateway validates a body by the model of its content type, and not
		// at all where there is none: $default stands for every other type.
		config.RequestModels = &map[string]*string{"application/json": model.Name(), "$default": model.Name()}
		config.RequestValidatorId = a.bodies
	}
	method := apigatewaymethod.NewApiGatewayMethod(scope, jsii.String("method"), config)
	integration := apigatewayintegration.NewApiGatewayIntegration(scope, jsii.String("integration"), &apigatewayintegration.ApiGatewayIntegrationConfig{
		RestApiId: a.Resource.Id(), ResourceId: at.resource, HttpMethod: method.HttpMethod(), Type: jsii.String("AWS_PROXY"),
		// Lambda is invoked with POST, whatever the method of the route.
		IntegrationHttpMethod: jsii.String("POST"), Uri: target.InvokeARN, TimeoutMilliseconds: jsii.Number(d.TimeoutMillis),
	})
	addInvokePermission(scope, statementID("rest", m.Method, m.Path), target, *a.Resource.ExecutionArn()+"/"+stage+"/"+m.Method+sourcePath(m.Path))
	return integration
}

// addInvokePermission lets API Gateway call a function's alias for one source.
func addInvokePermission(scope constructs.Construct, id string, target Target, sourceARN string) {
	lambdapermission.NewLambdaPermission(scope, jsii.String("permission"), &lambdapermission.LambdaPermissionConfig{
		StatementId: jsii.String(id), Action: jsii.String("lambda:InvokeFunction"), FunctionName: target.FunctionName, Qualifier: jsii.String(target.Alias),
		Principal: jsii.String("apigateway.amazonaws.com"), SourceArn: jsii.String(sourceARN),
	})
}

// sourcePath is a path as it stands in the source ARN of a call, where a "*"
// stands for each parameter.
func sourcePath(path string) string {
	var b strings.Builder
	for _, s := range segments(path) {
		if strings.HasPrefix(s, "{") {
			s = "*"
		}
		b.WriteString("/" + s)
	}
	return b.String()
}

var notStatementID = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// statementID is the id of a permission in the function's policy, which takes
// letters, digits, "-" and "_".
func statementID(parts ...string) string {
	return strings.Trim(notStatementID.ReplaceAllString(strings.Join(parts, "-"), "-"), "-")
}
