package constructs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayintegration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayintegrationresponse"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaymethod"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaymethodresponse"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
)

// Preflight is the answer to a browser's OPTIONS request on a path.
type Preflight struct {
	Path     string
	Headers  map[string]string // to their values
	Template string            // picks the origin, in VTL; empty where there is but one
}

// Preflights are the answers for each path of routes: its methods and the
// headers that they take, no more.
func Preflights(routes []contract.Route, origins []string) []Preflight {
	byPath := map[string][]contract.Route{}
	for _, r := range routes {
		byPath[r.Path] = append(byPath[r.Path], r)
	}
	var all []Preflight
	for path, here := range byPath {
		var methods []string
		headers := []string{"Authorization"}
		for _, r := range here {
			methods = append(methods, r.Method)
			if r.NeedsKey() {
				headers = append(headers, contract.HeaderAPIKey)
			}
			if r.Body != "" {
				headers = append(headers, "Content-Type")
			}
			if r.Idempotent {
				headers = append(headers, contract.HeaderIdempotencyKey)
			}
		}
		slices.Sort(methods)
		slices.Sort(headers)
		all = append(all, Preflight{Path: path, Template: OriginTemplate(origins), Headers: map[string]string{
			"Access-Control-Allow-Origin":  origins[0],
			"Access-Control-Allow-Methods": strings.Join(methods, ","),
			"Access-Control-Allow-Headers": strings.Join(slices.Compact(headers), ","),
			"Access-Control-Max-Age":       "3600",
			"Vary":                         "Origin",
		}})
	}
	slices.SortFunc(all, func(a, b Preflight) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// OriginTemplate answers a request from any of the origins with that origin.
// A response header can be mapped to one value only, so the mapping holds the
// first origin, which a browser at any other place refuses, and the template
// overrides it for a request whose origin is listed, compared as a whole. It is
// empty for one origin.
func OriginTemplate(origins []string) string {
	if len(origins) < 2 {
		return ""
	}
	listed := make([]string, len(origins))
	for i, o := range origins {
		listed[i] = `$origin == "` + o + `"`
	}
	return strings.Join([]string{
		`#set($origin = $input.params().header.get("Origin"))`,
		// Over HTTP/2 names of headers come in lower case, and the map's keys are case sensitive.
		`#if(!$origin || $origin == "")#set($origin = $input.params().header.get("origin"))#end`,
		`#if(` + strings.Join(listed, " || ") + `)#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end`,
	}, "\n")
}

// checkOrigins refuses what would mean something else inside a template or a
// mapping.
func checkOrigins(origins []string) error {
	if len(origins) == 0 {
		return fmt.Errorf("an API for browsers needs the origin of at least one web client")
	}
	for _, o := range origins {
		if !strings.HasPrefix(o, "https://") || strings.ContainsAny(o, "\"'#$,*\\ \n") {
			return fmt.Errorf("origin %q is no https origin", o)
		}
	}
	return nil
}

// addPreflight makes the OPTIONS method of a path. It has no authorizer, since
// browsers send preflights without credentials, and calls nothing.
func (a RestAPI) addPreflight(p Preflight, at place) cdktf.ITerraformDependable {
	scope := group(at.scope, "OPTIONS")
	method := apigatewaymethod.NewApiGatewayMethod(scope, jsii.String("method"), &apigatewaymethod.ApiGatewayMethodConfig{
		RestApiId: a.Resource.Id(), ResourceId: at.resource, HttpMethod: jsii.String("OPTIONS"), Authorization: jsii.String("NONE"), ApiKeyRequired: false,
	})
	integration := apigatewayintegration.NewApiGatewayIntegration(scope, jsii.String("integration"), &apigatewayintegration.ApiGatewayIntegrationConfig{
		RestApiId: a.Resource.Id(), ResourceId: at.resource, HttpMethod: method.HttpMethod(), Type: jsii.String("MOCK"),
		RequestTemplates:    &map[string]*string{"application/json": jsii.String(`{"statusCode":204}`)},
		PassthroughBehavior: jsii.String("NEVER"),
	})
	declared, mapped := map[string]any{}, map[string]*string{}
	for name, value := range p.Headers {
		declared["method.response.header."+name] = true
		mapped["method.response.header."+name] = jsii.String("'" + value + "'")
	}
	answer := apigatewaymethodresponse.NewApiGatewayMethodResponse(scope, jsii.String("answer"), &apigatewaymethodresponse.ApiGatewayMethodResponseConfig{
		RestApiId: a.Resource.Id(), ResourceId: at.resource, HttpMethod: method.HttpMethod(), StatusCode: jsii.String("204"), ResponseParameters: &declared,
	})
	config := &apigatewayintegrationresponse.ApiGatewayIntegrationResponseConfig{
		RestApiId: a.Resource.Id(), ResourceId: at.resource, HttpMethod: integration.HttpMethod(), StatusCode: answer.StatusCode(), ResponseParameters: &mapped,
	}
	if p.Template != "" {
		config.ResponseTemplates = &map[string]*string{"application/json": jsii.String(p.Template)}
	}
	return apigatewayintegrationresponse.NewApiGatewayIntegrationResponse(scope, jsii.String("headers"), config)
}
