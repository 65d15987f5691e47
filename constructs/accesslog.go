package constructs

import "github.com/flowops/flowops/contract"

// RestAccessLog is a line of a REST API's access log: who asked for which
// route, and how it went. It names the route and not the path, and holds no
// query, header or body, so that no token and no content gets into the log.
func RestAccessLog() string {
	return JSON(map[string]string{
		"requestId": "$context.requestId", "extendedRequestId": "$context.extendedRequestId", "traceId": "$context.xrayTraceId",
		"time": "$context.requestTimeEpoch", "ip": "$context.identity.sourceIp",
		"method": "$context.httpMethod", "route": "$context.resourcePath", "protocol": "$context.protocol", "tlsVersion": "$context.tlsVersion",
		"tenantId": "$context.authorizer.claims." + contract.TenantClaim, "subject": "$context.authorizer.claims.sub", "apiKeyId": "$context.identity.apiKeyId",
		"status": "$context.status", "errorType": "$context.error.responseType", "wafStatus": "$context.wafResponseCode",
		"latency": "$context.responseLatency", "integrationLatency": "$context.integration.latency", "integrationStatus": "$context.integration.status",
	})
}

// WebSocketAccessLog is a line of a WebSocket API's access log. The tenant and
// the subject are those that the authorizer found at $connect.
func WebSocketAccessLog() string {
	return JSON(map[string]string{
		"requestId": "$context.requestId", "extendedRequestId": "$context.extendedRequestId",
		"time": "$context.requestTimeEpoch", "ip": "$context.identity.sourceIp",
		"connectionId": "$context.connectionId", "eventType": "$context.eventType", "route": "$context.routeKey",
		"tenantId": "$context.authorizer." + contract.AuthorizerTenant, "subject": "$context.authorizer.principalId",
		"status": "$context.status", "errorType": "$context.error.responseType",
		"integrationLatency": "$context.integration.latency", "integrationStatus": "$context.integration.status",
	})
}
