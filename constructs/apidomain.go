package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaybasepathmapping"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaydomainname"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayv2apimapping"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayv2domainname"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route53record"
)

const tls12 = "TLS_1_2" // accepts TLS 1.2 and 1.3

// DomainProps is a custom domain name of an API.
type DomainProps struct {
	Name           string
	CertificateARN string // an ACM certificate of the API's region
	HostedZoneID   string // where its record is made; empty for none
}

func checkDomain(scope constructs.Construct, id string, props DomainProps) {
	require(props.Name != "" && props.CertificateARN != "", scope, id, "a domain needs a name and a certificate")
}

// NewRestDomain serves a REST API's stage at the root of a domain, with TLS 1.2
// or newer.
func NewRestDomain(scope constructs.Construct, id string, api RestAPI, props DomainProps) {
	checkDomain(scope, id, props)
	here := group(scope, id)
	domain := apigatewaydomainname.NewApiGatewayDomainName(here, jsii.String("domain"), &apigatewaydomainname.ApiGatewayDomainNameConfig{
		DomainName: jsii.String(props.Name), RegionalCertificateArn: jsii.String(props.CertificateARN), SecurityPolicy: jsii.String(tls12),
		EndpointConfiguration: &apigatewaydomainname.ApiGatewayDomainNameEndpointConfiguration{Types: jsii.Strings("REGIONAL")},
	})
	apigatewaybasepathmapping.NewApiGatewayBasePathMapping(here, jsii.String("mapping"), &apigatewaybasepathmapping.ApiGatewayBasePathMappingConfig{
		ApiId: api.Resource.Id(), StageName: api.Stage.StageName(), DomainName: domain.DomainName(),
	})
	addRecord(here, props, domain.RegionalDomainName(), domain.RegionalZoneId())
}

// NewWebSocketDomain serves a WebSocket API's stage below a domain, with TLS
// 1.2 or newer, under the stage's name. So the endpoint for messages to a
// client is "https://", the request's domain name, "/" and its stage, with a
// custom domain as without.
func NewWebSocketDomain(scope constructs.Construct, id string, api WebSocketAPI, props DomainProps) {
	checkDomain(scope, id, props)
	here := group(scope, id)
	domain := apigatewayv2domainname.NewApigatewayv2DomainName(here, jsii.String("domain"), &apigatewayv2domainname.Apigatewayv2DomainNameConfig{
		DomainName: jsii.String(props.Name),
		DomainNameConfiguration: &apigatewayv2domainname.Apigatewayv2DomainNameDomainNameConfiguration{
			CertificateArn: jsii.String(props.CertificateARN), EndpointType: jsii.String("REGIONAL"), SecurityPolicy: jsii.String(tls12),
		},
	})
	apigatewayv2apimapping.NewApigatewayv2ApiMapping(here, jsii.String("mapping"), &apigatewayv2apimapping.Apigatewayv2ApiMappingConfig{
		ApiId: api.Resource.Id(), DomainName: domain.DomainName(), Stage: api.Stage.Name(), ApiMappingKey: api.Stage.Name(),
	})
	addRecord(here, props, domain.DomainNameConfiguration().TargetDomainName(), domain.DomainNameConfiguration().HostedZoneId())
}

func addRecord(scope constructs.Construct, props DomainProps, target, zone *string) {
	if props.HostedZoneID == "" {
		return
	}
	route53record.NewRoute53Record(scope, jsii.String("record"), &route53record.Route53RecordConfig{
		ZoneId: jsii.String(props.HostedZoneID), Name: jsii.String(props.Name), Type: jsii.String("A"),
		Alias: &route53record.Route53RecordAlias{Name: target, ZoneId: zone, EvaluateTargetHealth: false},
	})
}
