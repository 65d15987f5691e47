package contract

// SSM parameters that a later stack publishes for running code, below
// ParameterPath(environment).
const (
	ParameterRestEndpoint      = "api/rest-endpoint"
	ParameterWebSocketEndpoint = "api/websocket-endpoint"
	ParameterUsagePlans        = "api/usage-plans" // JSON: tier name to usage plan id
)

// ParameterPath is the path of the environment's parameters, without a "/" at
// its end.
func ParameterPath(project, environment string) string { return "/" + project + "/" + environment }
