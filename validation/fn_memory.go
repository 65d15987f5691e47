package validation

func fnMemory() Rule {
	return Rule{
		ID:       "FO-FN-002",
		Title:    "Functions set their memory, chat and retrieval at least 512 MB",
		Why:      "Lambda's default of 128 MB also means a fraction of a processor, in which a chat answer takes seconds more.",
		Fix:      "Set memory_size; 512 or more for the functions that contract marks as chat.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(_ *Context, r Resource) []Result {
			return wantSize(r, "memory_size", "MB", 512)
		},
	}
}
