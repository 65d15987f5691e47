package constructs

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/synth"
)

func testTarget(name string) Target {
	return Target{FunctionName: jsii.String(name), Alias: "live", InvokeARN: jsii.String("arn:aws:apigateway:" + name)}
}

func testStage() StageProps {
	return StageProps{Name: "test", KeyARN: jsii.String("arn:aws:kms:key"), LogRetentionDays: 14, RateLimit: 10, BurstLimit: 20}
}

func restProps(t testing.TB) RestAPIProps {
	return RestAPIProps{
		Name: "test", UserPoolARN: jsii.String("arn:aws:cognito-idp:pool"), Stage: testStage(),
		Definition: define(t, []contract.Route{{Method: "GET", Path: "/", Function: contract.Records, Roles: []contract.Role{contract.RoleAgent}}}, testOrigins[:1], 0),
		Targets:    map[string]Target{contract.Records.Name: testTarget("records")},
	}
}

func TestAPIsUsedWrongly(t *testing.T) {
	app := cdktf.NewApp(nil)
	n := 0
	refused := func(name, want string, build func(stack cdktf.TerraformStack)) {
		t.Run(name, func(t *testing.T) {
			n++
			stack := synth.Stack(app, fmt.Sprintf("s%d", n))
			defer func() {
				var usage *UsageError
				if err, ok := recover().(error); !ok || !errors.As(err, &usage) || !strings.Contains(usage.Error(), want) {
					t.Errorf("%v, want an error with %q", err, want)
				}
			}()
			build(stack)
		})
	}
	rest := func(change func(p *RestAPIProps)) func(cdktf.TerraformStack) {
		return func(stack cdktf.TerraformStack) {
			p := restProps(t)
			change(&p)
			NewRestAPI(stack, "rest", p)
		}
	}
	refused("no methods", "needs a method", rest(func(p *RestAPIProps) { p.Definition.Methods = nil }))
	refused("no user pool", "UserPoolARN", rest(func(p *RestAPIProps) { p.UserPoolARN = nil }))
	refused("no target", "GET / is answered by records", rest(func(p *RestAPIProps) { p.Targets = nil }))
	refused("no model", "takes a Thing", rest(func(p *RestAPIProps) { p.Definition.Methods[0].Model = "Thing" }))
	refused("no throttling", "rate and a burst", rest(func(p *RestAPIProps) { p.Stage.RateLimit = 0 }))
	refused("no key", "KeyARN", rest(func(p *RestAPIProps) { p.Stage.KeyARN = nil }))
	refused("no retention", "retention", rest(func(p *RestAPIProps) { p.Stage.LogRetentionDays = 0 }))
	refused("no stage", "a stage needs a name", rest(func(p *RestAPIProps) { p.Stage.Name = "" }))
	refused("no authorizer", "the authorizer is not set", func(stack cdktf.TerraformStack) {
		NewWebSocketAPI(stack, "w", WebSocketAPIProps{Definition: DefineWebSocket(contract.WebSocketRoutes()), Handler: testTarget("h"), Stage: testStage()})
	})
	refused("no routes", "needs a route", func(stack cdktf.TerraformStack) { NewWebSocketAPI(stack, "w", WebSocketAPIProps{}) })
	refused("no value", "needs a value", func(stack cdktf.TerraformStack) { NewParameter(stack, "p", "/a", "", nil, jsii.String("key")) })
	refused("no parameter key", "customer-managed key", func(stack cdktf.TerraformStack) { NewParameter(stack, "p", "/a", "", jsii.String("v"), nil) })
	api := func(use func(stack cdktf.TerraformStack, api RestAPI)) func(cdktf.TerraformStack) {
		return func(stack cdktf.TerraformStack) { use(stack, NewRestAPI(stack, "rest", restProps(t))) }
	}
	refused("no quota", "a rate, a burst and a quota", api(func(stack cdktf.TerraformStack, a RestAPI) {
		NewUsagePlan(stack, "p", a, UsagePlanProps{Name: "p", RateLimit: 1, BurstLimit: 1})
	}))
	refused("no certificate", "a name and a certificate", api(func(stack cdktf.TerraformStack, a RestAPI) {
		NewRestDomain(stack, "d", a, DomainProps{Name: "api.example"})
	}))
	refused("no rules", "needs a rule", api(func(stack cdktf.TerraformStack, a RestAPI) { NewWebACL(stack, "f", a, WebACLProps{}) }))
}

// With the fewest props: a method at the root, no domain, no logging setting.
func TestRestAPIWithFewestProps(t *testing.T) {
	d := synth.Documents(t, func(app cdktf.App) {
		NewRestAPI(synth.Stack(app, "s"), "rest", restProps(t))
	})["s"]
	if n := len(d.Resources("aws_api_gateway_resource")); n != 0 {
		t.Errorf("%d resources for the root", n)
	}
	m := d.One(t, "aws_api_gateway_method", "rest/GET/method")
	if !strings.HasSuffix(m.Get("resource_id").(string), ".root_resource_id}") || m.Get("api_key_required") != true || m.Get("authorization") != "COGNITO_USER_POOLS" {
		t.Errorf("%v", m.Attributes)
	}
	if got := d.One(t, "aws_api_gateway_rest_api", "rest/api").Get("disable_execute_api_endpoint"); got != false {
		t.Errorf("the default endpoint of an API without a domain is off: %v", got)
	}
	if got := d.One(t, "aws_api_gateway_stage", "rest/stage").Get("depends_on"); len(got.([]any)) != 1 {
		t.Errorf("the stage waits for %v", got)
	}
}
