package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayv2api"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayv2authorizer"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayv2deployment"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayv2integration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayv2route"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayv2stage"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
)

// WebSocketDefinition is everything that shapes a WebSocket API and is known
// when the stack is synthesized.
type WebSocketDefinition struct {
	Routes    []contract.WebSocketRoute
	Selection string // of the route, from a message
	// IdentitySource is where the token of a client stands that connects. API
	// Gateway refuses a handshake without it before it asks the authorizer.
	IdentitySource string
	TimeoutMillis  int // of an integration, 29 seconds at most
}

// DefineWebSocket is the definition of an API with these routes.
//
// The token comes as a subprotocol (contract.WebSocketProtocol), the one header
// of the handshake that a browser lets a page set. The other way, a query
// string, would put tokens into every log on the way that writes request lines.
func DefineWebSocket(routes []contract.WebSocketRoute) WebSocketDefinition {
	return WebSocketDefinition{
		Routes: routes, Selection: contract.RouteSelection, IdentitySource: "route.request.header.Sec-WebSocket-Protocol", TimeoutMillis: 29000,
	}
}

// Fingerprint changes with anything in the definition.
func (d WebSocketDefinition) Fingerprint() string { return fingerprint(d) }

// WebSocketAPIProps is a WebSocket API with one stage.
type WebSocketAPIProps struct {
	Name               string
	Description        string
	Definition         WebSocketDefinition
	Authorizer         Target // decides at $connect
	Handler            Target // answers every route
	Stage              StageProps
	DefaultEndpointOff bool
}

// WebSocketAPI is a WebSocket API. WAF takes none: what protects it is the
// authorizer at $connect and the stage's throttling.
type WebSocketAPI struct {
	constructs.Construct
	Resource apigatewayv2api.Apigatewayv2Api
	Stage    apigatewayv2stage.Apigatewayv2Stage
}

// NewWebSocketAPI makes an API from its definition.
func NewWebSocketAPI(scope constructs.Construct, id string, props WebSocketAPIProps) WebSocketAPI {
	d := props.Definition
	require(len(d.Routes) > 0, scope, id, "an API needs a route")
	for what, t := range map[string]Target{"authorizer": props.Authorizer, "handler": props.Handler} {
		require(given(t.FunctionName) && given(t.InvokeARN) && t.Alias != "", scope, id, "the %s is not set", what)
	}
	checkStage(scope, id, props.Stage)
	a := WebSocketAPI{Construct: group(scope, id)}
	a.Resource = apigatewayv2api.NewApigatewayv2Api(a.Construct, jsii.String("api"), &apigatewayv2api.Apigatewayv2ApiConfig{
		Name: jsii.String(props.Name), Description: jsii.String(props.Description), ProtocolType: jsii.String("WEBSOCKET"),
		RouteSelectionExpression: jsii.String(d.Selection), DisableExecuteApiEndpoint: props.DefaultEndpointOff,
	})
	authorizer := a.addAuthorizer(props)
	integration := apigatewayv2integration.NewApigatewayv2Integration(a.Construct, jsii.String("integration"), &apigatewayv2integration.Apigatewayv2IntegrationConfig{
		ApiId: a.Resource.Id(), IntegrationType: jsii.String("AWS_PROXY"), IntegrationMethod: jsii.String("POST"),
		IntegrationUri: props.Handler.InvokeARN, TimeoutMilliseconds: jsii.Number(d.TimeoutMillis),
	})
	var parts []cdktf.ITerraformDependable
	for _, r := range d.Routes {
		route := group(a.Construct, string(r))
		config := &apigatewayv2route.Apigatewayv2RouteConfig{
			ApiId: a.Resource.Id(), RouteKey: jsii.String(string(r)), Target: jsii.String("integrations/" + *integration.Id()),
			AuthorizationType: jsii.String("NONE"),
		}
		// A WebSocket API is authorized once, when a client connects; what the
		// authorizer found comes with every later message.
		if r == contract.RouteConnect {
			config.AuthorizationType, config.AuthorizerId = jsii.String("CUSTOM"), authorizer
		}
		parts = append(parts, apigatewayv2route.NewApigatewayv2Route(route, jsii.String("route"), config))
		addInvokePermission(route, statementID("websocket", string(r)), props.Handler, *a.Resource.ExecutionArn()+"/"+props.Stage.Name+"/"+string(r))
	}
	a.addStage(props, parts)
	return a
}

func (a WebSocketAPI) addAuthorizer(props WebSocketAPIProps) *string {
	scope := group(a.Construct, "authorizer")
	authorizer := apigatewayv2authorizer.NewApigatewayv2Authorizer(scope, jsii.String("authorizer"), &apigatewayv2authorizer.Apigatewayv2AuthorizerConfig{
		ApiId: a.Resource.Id(), Name: jsii.String(props.Name), AuthorizerType: jsii.String("REQUEST"),
		AuthorizerUri: props.Authorizer.InvokeARN, IdentitySources: jsii.Strings(props.Definition.IdentitySource),
	})
	addInvokePermission(scope, statementID("websocket-authorizer"), props.Authorizer, *a.Resource.ExecutionArn()+"/authorizers/"+*authorizer.Id())
	return authorizer.Id()
}

// addStage deploys what was made so far, whenever it changes. Only HTTP APIs
// can deploy by themselves.
func (a *WebSocketAPI) addStage(props WebSocketAPIProps, parts []cdktf.ITerraformDependable) {
	s := props.Stage
	deployment := apigatewayv2deployment.NewApigatewayv2Deployment(a.Construct, jsii.String("deployment"), &apigatewayv2deployment.Apigatewayv2DeploymentConfig{
		ApiId: a.Resource.Id(), DependsOn: &parts,
		Triggers: &map[string]*string{
			"definition": jsii.String(props.Definition.Fingerprint()), "authorizer": props.Authorizer.InvokeARN, "handler": props.Handler.InvokeARN,
		},
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: jsii.Bool(true)},
	})
	access := NewLogGroup(a.Construct, "access-log", "/aws/apigateway/"+props.Name+"/access", s.KeyARN, s.LogRetentionDays)
	execution := NewLogGroup(a.Construct, "execution-log", "/aws/apigateway/"+*a.Resource.Id()+"/"+s.Name, s.KeyARN, s.LogRetentionDays)
	a.Stage = apigatewayv2stage.NewApigatewayv2Stage(a.Construct, jsii.String("stage"), &apigatewayv2stage.Apigatewayv2StageConfig{
		ApiId: a.Resource.Id(), Name: jsii.String(s.Name), DeploymentId: deployment.Id(), AutoDeploy: false,
		AccessLogSettings: &apigatewayv2stage.Apigatewayv2StageAccessLogSettings{DestinationArn: access.Arn(), Format: jsii.String(WebSocketAccessLog())},
		DefaultRouteSettings: &apigatewayv2stage.Apigatewayv2StageDefaultRouteSettings{
			ThrottlingRateLimit: jsii.Number(s.RateLimit), ThrottlingBurstLimit: jsii.Number(s.BurstLimit),
			LoggingLevel: jsii.String("ERROR"), DetailedMetricsEnabled: true,
			DataTraceEnabled: false, // it would log messages and tokens
		},
		DependsOn: before(s.Logging, execution),
	})
}

// ManageConnections lets a function use the open connections of one stage of a
// WebSocket API: POST sends, GET looks, DELETE closes.
func ManageConnections(executionARN, stage string, methods ...string) Statement {
	resources := make([]string, len(methods))
	for i, m := range methods {
		resources[i] = executionARN + "/" + stage + "/" + m + "/@connections/*"
	}
	return Allow("Connections", []string{"execute-api:ManageConnections"}, resources)
}
