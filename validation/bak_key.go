package validation

func bakKey() Rule {
	return Rule{
		ID:       "FO-BAK-005",
		Title:    "Keys of protected environments wait 30 days for deletion",
		Why:      "A deleted key makes everything under it unreadable; the waiting time is the last chance to notice.",
		Fix:      "Leave deletion_window_in_days at 30.",
		Severity: Error,
		Types:    []string{"aws_kms_key"},
		Check: protected(func(r Resource) []Result {
			v := r.Get("deletion_window_in_days")
			days, known := v.Number()
			switch {
			case !known:
				return unknown("deletion_window_in_days is %s", v)
			case !v.Absent() && days < 30: // absent is 30
				return nonCompliant("deletion_window_in_days is %s, want 30", v)
			}
			return compliant()
		}),
	}
}
