package validation

func fnRuntime() Rule {
	return Rule{
		ID:       "FO-FN-007",
		Title:    "Functions run on a current runtime",
		Why:      "AWS stops patching a runtime when it is deprecated, and later refuses to update functions that use it.",
		Fix:      "Set runtime = provided.al2023, which compiled Go runs on; go1.x and provided.al2 are past their end.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(_ *Context, r Resource) []Result {
			if kind, _ := r.Get("package_type").Text(); kind == "Image" {
				return notApplicable() // an image brings its runtime
			}
			return wantText(r.Get("runtime"), "runtime", "provided.al2023")
		},
	}
}
