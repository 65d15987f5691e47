package validation

func logTrail() Rule {
	return Rule{
		ID:       "FO-LOG-007",
		Title:    "Trails cover every region, prove their files and reach CloudWatch",
		Why:      "An intruder works in the region that nobody records, and edits the log where nothing proves it; alarms read CloudWatch, not S3.",
		Fix:      "Set is_multi_region_trail, enable_log_file_validation, cloud_watch_logs_group_arn and cloud_watch_logs_role_arn; leave enable_logging and include_global_service_events on.",
		Severity: Error,
		Types:    []string{"aws_cloudtrail"},
		Check: func(_ *Context, r Resource) []Result {
			return worst(
				wantTrue(r, "is_multi_region_trail"),
				wantTrue(r, "enable_log_file_validation"),
				wantPresent(r, "cloud_watch_logs_group_arn"),
				wantPresent(r, "cloud_watch_logs_role_arn"),
				wantDefaultTrue(r, "enable_logging"),
				wantDefaultTrue(r, "include_global_service_events"),
			)
		},
	}
}

// wantDefaultTrue judges a boolean that is true unless written.
func wantDefaultTrue(r Resource, path ...string) []Result {
	if r.Get(path...).Absent() {
		return compliant()
	}
	return wantTrue(r, path...)
}
