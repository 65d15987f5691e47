package validation

func logAlarm() Rule {
	return Rule{
		ID:       "FO-LOG-014",
		Title:    "Alarms tell somebody",
		Why:      "An alarm without an action turns red on a page that nobody has open.",
		Fix:      "Set alarm_actions to the alert topic and leave actions_enabled true. An alarm that only another alarm reads is suppressed with that reason.",
		Severity: Error,
		Types:    []string{"aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"},
		Check: func(_ *Context, r Resource) []Result {
			return worst(wantPresent(r, "alarm_actions"), wantDefaultTrue(r, "actions_enabled"))
		},
	}
}
