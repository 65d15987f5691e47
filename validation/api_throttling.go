package validation

func apiThrottling() Rule {
	return Rule{
		ID:       "FO-API-003",
		Title:    "API stages throttle",
		Why:      "Without limits of its own a stage takes the account's: one client starves every API of the region, and every call to a model is paid for.",
		Fix:      "Set throttling_burst_limit and throttling_rate_limit: for REST in an aws_api_gateway_method_settings of method_path */*, else in default_route_settings.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_stage", "aws_apigatewayv2_stage"},
		Check: func(ctx *Context, r Resource) []Result {
			if r.Type == "aws_apigatewayv2_stage" {
				return wantLimits(r, "default_route_settings")
			}
			settings, result := allMethods(ctx, r)
			if result != nil {
				return result
			}
			return wantLimits(settings, "settings")
		},
	}
}

func wantLimits(r Resource, block string) []Result {
	result := notApplicable()
	for _, name := range []string{"throttling_burst_limit", "throttling_rate_limit"} {
		v := r.Get(block, name)
		limit, known := v.Number()
		switch {
		case !known:
			result = worst(result, unknown("%s.%s is %s", block, name, v))
		case limit <= 0: // -1 switches throttling off, 0 refuses everything
			result = worst(result, nonCompliant("%s.%s is %s, want more than 0", block, name, v))
		default:
			result = worst(result, compliant())
		}
	}
	return result
}

// allMethods returns the settings of a REST stage for all its methods, or the
// result that says why there are none.
func allMethods(ctx *Context, stage Resource) (Resource, []Result) {
	found, complete := ctx.Stack.Neighbours(stage, "aws_api_gateway_method_settings", "stage_name")
	for _, settings := range found {
		path, known := settings.Get("method_path").Text()
		if path == "*/*" {
			return settings, nil
		}
		complete = complete && known
	}
	if !complete {
		return Resource{}, unknown("it can't be told whether an aws_api_gateway_method_settings of */* belongs to it")
	}
	return Resource{}, nonCompliant("no aws_api_gateway_method_settings of method_path */* belongs to it")
}
