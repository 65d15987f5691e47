package constructs

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaygatewayresponse"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
)

// GatewayResponse is an error that API Gateway itself answers with, before or
// instead of a function.
type GatewayResponse struct {
	Type    string // as in "THROTTLED"
	Status  int    // zero for the status that the error has
	Headers map[string]string
	Body    string
}

// GatewayResponses are the errors of an API for web clients of these origins:
// problem details (RFC 9457) that a browser may read.
//
// API Gateway fills their templates without VTL, so that a header can't be
// chosen from a list as in a preflight. One origin stands in the header as it
// is. Several can't, and the request's own origin can be copied only by a
// header name in one letter case, which differs between HTTP/1.1 and HTTP/2;
// then every origin may read these errors. What that shows to a foreign page is
// a status and a request id: the bodies below are fixed, the API takes no
// cookies, and no answer allows credentials.
func GatewayResponses(origins []string) []GatewayResponse {
	origin := origins[0]
	if len(origins) > 1 {
		origin = "*"
	}
	var all []GatewayResponse
	for _, e := range gatewayErrors() {
		headers := map[string]string{
			"Access-Control-Allow-Origin": origin, "Vary": "Origin", "Content-Type": contract.MediaTypeProblem, "Cache-Control": "no-store",
		}
		if e.status == http.StatusTooManyRequests {
			headers["Access-Control-Expose-Headers"], headers["Retry-After"] = "Retry-After", strconv.Itoa(e.retryAfter)
		}
		all = append(all, GatewayResponse{Type: e.kind, Status: e.status, Headers: headers, Body: e.body()})
	}
	return all
}

// gatewayError is an error of API Gateway. MISSING_AUTHENTICATION_TOKEN is what
// it calls a path or method that does not exist: a request without a token is
// UNAUTHORIZED.
type gatewayError struct {
	kind       string
	status     int
	detail     string
	retryAfter int // seconds
}

func gatewayErrors() []gatewayError {
	return []gatewayError{
		{kind: "DEFAULT_4XX"},
		{kind: "DEFAULT_5XX"},
		{kind: "BAD_REQUEST_BODY", status: http.StatusBadRequest, detail: "The body is not what this operation takes."},
		{kind: "BAD_REQUEST_PARAMETERS", status: http.StatusBadRequest, detail: "A required parameter is missing."},
		{kind: "UNAUTHORIZED", status: http.StatusUnauthorized, detail: "The token is missing or not valid."},
		{kind: "EXPIRED_TOKEN", status: http.StatusUnauthorized, detail: "The token has expired."},
		{kind: "ACCESS_DENIED", status: http.StatusForbidden, detail: "The caller may not do this."},
		{kind: "INVALID_API_KEY", status: http.StatusForbidden, detail: "The API key is missing or not valid."},
		{kind: "WAF_FILTERED", status: http.StatusForbidden, detail: "The request was refused by a firewall rule."},
		{kind: "MISSING_AUTHENTICATION_TOKEN", status: http.StatusNotFound, detail: "There is no such operation."},
		{kind: "RESOURCE_NOT_FOUND", status: http.StatusNotFound, detail: "There is no such operation."},
		{kind: "REQUEST_TOO_LARGE", status: http.StatusRequestEntityTooLarge, detail: "The request is larger than this API takes."},
		{kind: "UNSUPPORTED_MEDIA_TYPE", status: http.StatusUnsupportedMediaType, detail: "This API takes application/json."},
		{kind: "THROTTLED", status: http.StatusTooManyRequests, detail: "Too many requests at once.", retryAfter: 1},
		{kind: "QUOTA_EXCEEDED", status: http.StatusTooManyRequests, detail: "The quota of the day is used up.", retryAfter: 3600},
		{kind: "INTEGRATION_FAILURE", status: http.StatusBadGateway, detail: "The operation could not be reached."},
		{kind: "INTEGRATION_TIMEOUT", status: http.StatusGatewayTimeout, detail: "The operation took too long."},
	}
}

// body is the problem. The default errors stand for several, so their title is
// API Gateway's own message, which comes with its quotes.
func (e gatewayError) body() string {
	if e.status == 0 {
		return `{"type":"about:blank","title":$context.error.messageString,"instance":"$context.requestId"}`
	}
	return fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,"detail":%q,"instance":"$context.requestId"}`, http.StatusText(e.status), e.status, e.detail)
}

func (a RestAPI) addResponse(r GatewayResponse) cdktf.ITerraformDependable {
	parameters := map[string]*string{}
	for name, value := range r.Headers {
		parameters["gatewayresponse.header."+name] = jsii.String("'" + value + "'")
	}
	config := &apigatewaygatewayresponse.ApiGatewayGatewayResponseConfig{
		RestApiId: a.Resource.Id(), ResponseType: jsii.String(r.Type), ResponseParameters: &parameters,
		ResponseTemplates: &map[string]*string{"application/json": jsii.String(r.Body)},
	}
	if r.Status != 0 {
		config.StatusCode = jsii.String(strconv.Itoa(r.Status))
	}
	return apigatewaygatewayresponse.NewApiGatewayGatewayResponse(a.Construct, jsii.String(r.Type), config)
}
