package validation

import (
	"encoding/json"
	"strings"
)

func logAPIFormat() Rule {
	return Rule{
		ID:       "FO-LOG-011",
		Title:    "API access logs are JSON",
		Why:      "Metric filters, queries and alarms read fields by name; in the common log format the tenant is a position in a line.",
		Fix:      "Set access_log_settings.format to a JSON object of $context variables.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_stage", "aws_apigatewayv2_stage"},
		Check: func(_ *Context, r Resource) []Result {
			v := r.Get("access_log_settings", "format")
			text, known := v.Text()
			switch {
			case !known:
				return unknown("access_log_settings.format is %s", v)
			case !json.Valid([]byte(text)) || !strings.HasPrefix(strings.TrimSpace(text), "{"):
				return nonCompliant("access_log_settings.format is no JSON object: %s", short(v.String()))
			}
			return compliant()
		},
	}
}
