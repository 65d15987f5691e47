package validation

func logFunctionGroup() Rule {
	return Rule{
		ID:       "FO-LOG-002",
		Title:    "Every function has a log group of its own",
		Why:      "A log group that Lambda makes on the first call has neither retention nor key; one that functions share can't be granted to, or filtered by, function.",
		Fix:      "Make an aws_cloudwatch_log_group for the function and refer to it in logging_config.log_group.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(ctx *Context, r Resource) []Result {
			group, result := logGroupOf(ctx.Stack, r)
			if result != nil {
				return result
			}
			for _, other := range ctx.Stack.OfType("aws_lambda_function") {
				theirs, _ := logGroupOf(ctx.Stack, other)
				if other.Name != r.Name && theirs.Address() == group.Address() {
					return nonCompliant("it shares %s with %s", group.Address(), other.Address())
				}
			}
			return compliant()
		},
	}
}

// logGroupOf returns the log group of the stack that a function writes to, or
// the result that says why there is none.
func logGroupOf(s *Stack, function Resource) (Resource, []Result) {
	v := function.Get("logging_config", "log_group")
	if v.Absent() {
		name, known := function.Get("function_name").Text()
		for _, group := range s.OfType("aws_cloudwatch_log_group") {
			if text, _ := group.Get("name").Text(); known && text == "/aws/lambda/"+name {
				return group, nil
			}
		}
		return Resource{}, nonCompliant("logging_config.log_group is absent")
	}
	if group, found := s.Resolve(v); found && group.Type == "aws_cloudwatch_log_group" {
		return group, nil
	}
	text, known := v.Text()
	if !known {
		return Resource{}, unknown("logging_config.log_group is %s, which is no log group of this stack", v)
	}
	for _, group := range s.OfType("aws_cloudwatch_log_group") {
		if name, _ := group.Get("name").Text(); name == text {
			return group, nil
		}
	}
	return Resource{}, nonCompliant("logging_config.log_group is %s, and no log group of this stack has that name", v)
}
