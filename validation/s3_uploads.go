package validation

func s3Uploads() Rule {
	return Rule{
		ID:       "FO-S3-007",
		Title:    "Buckets drop unfinished uploads",
		Why:      "The parts of an upload that was never completed show in no listing, are paid for, and are personal data that no deletion reaches.",
		Fix:      "Add an enabled lifecycle rule with abort_incomplete_multipart_upload.days_after_initiation and no filter but an empty prefix.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket_lifecycle_configuration"},
		Check: func(_ *Context, r Resource) []Result {
			rules, known := r.Get("rule").Blocks()
			for _, rule := range rules {
				verdict := verdictOf(abortsAll(rule))
				if verdict == Compliant {
					return compliant()
				}
				known = known && verdict != Unknown
			}
			if !known {
				return unknown("rule can't be read")
			}
			return nonCompliant("no enabled rule for the whole bucket aborts unfinished uploads")
		},
	}
}

// abortsAll judges whether a lifecycle rule aborts every unfinished upload.
func abortsAll(rule Value) []Result {
	days, known := rule.Get("abort_incomplete_multipart_upload", "days_after_initiation").Number()
	if !known {
		return unknown("days_after_initiation can't be read")
	}
	if days <= 0 {
		return nonCompliant("it aborts no upload")
	}
	result := wantText(rule.Get("status"), "status", "Enabled")
	filters, known := rule.Get("filter").Blocks()
	if !known {
		return worst(result, unknown("filter can't be read"))
	}
	for _, filter := range filters {
		for _, key := range sortedKeys(blockOf(filter)) {
			text, known := filter.Get(key).Text()
			_, isText := filter.Get(key).raw.(string)
			switch {
			case isText && !known:
				result = worst(result, unknown("filter.%s is %s", key, filter.Get(key)))
			case !known || text != "":
				return nonCompliant("filter has %s", key)
			}
		}
	}
	return result
}

func blockOf(v Value) map[string]Value {
	entries, _ := v.Map()
	return entries
}
