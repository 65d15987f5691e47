package properties

import (
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// The stacks that make functions.
var withFunctions = []string{stacks.AI, stacks.Compute}

// Every function has a log group with retention and encryption, JSON logs, and
// active tracing.
func TestProperty12_FunctionLogsAndTraces(t *testing.T) {
	function := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Compute, "aws_lambda_function", "records", how)
	}
	group := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Compute, "aws_cloudwatch_log_group", "records", how)
	}
	prove(t, withFunctions, functionLogs,
		drop("no log group", stacks.Compute, "aws_cloudwatch_log_group", "records"),
		group("logs for ever", setting(nil, "retention_in_days")),
		group("logs for another time", setting(float64(2), "retention_in_days")),
		group("logs without the key", setting(nil, "kms_key_id")),
		function("logs that are text", setting("Text", "logging_config", "log_format")),
		function("no logging", setting(nil, "logging_config")),
		function("logs to a group by name", setting("/aws/lambda/other", "logging_config", "log_group")),
		function("tracing if the caller does", setting("PassThrough", "tracing_config", "mode")),
		function("no tracing", setting(nil, "tracing_config")),
		change("search-admin without tracing", stacks.AI, "aws_lambda_function", "search-admin", setting(nil, "tracing_config")),
		add("another function", stacks.Compute, "aws_lambda_function", "records", setting(nil, "logging_config")),
		drop("a function is missing", stacks.AI, "aws_lambda_function", "search-admin"),
	)
}

func functionLogs(e environment) []string {
	var p problems
	count := 0
	for _, stack := range withFunctions {
		d := e.docs[stack]
		for _, f := range d.Resources("aws_lambda_function") {
			count++
			p.that(f.Get("logging_config", "log_format") == "JSON", "%s does not log JSON", named(f))
			p.that(f.Get("tracing_config", "mode") == "Active", "%s is not traced", named(f))
			group, ok := referred(d, f.Get("logging_config", "log_group"))
			if !ok || group.Type != "aws_cloudwatch_log_group" {
				p.add("%s has no log group", named(f))
				continue
			}
			p.that(group.Get("retention_in_days") == float64(e.cfg.Functions.LogRetention), "%s keeps logs for %v days", named(group), group.Get("retention_in_days"))
			p.that(group.Get("kms_key_id") == e.key(stack), "%s has no encryption", named(group))
		}
	}
	p.that(count == len(contract.Functions()), "%d functions, and %d in the contract", count, len(contract.Functions()))
	return p
}

// functionsByName are the functions of both stacks, by the name that the
// contract gives them.
func functionsByName(e environment) map[string]synth.Resource {
	all := map[string]synth.Resource{}
	for _, stack := range withFunctions {
		for _, f := range e.docs[stack].Resources("aws_lambda_function") {
			for _, known := range contract.Functions() {
				if f.Get("function_name") == e.cfg.Name(known.Name) {
					all[known.Name] = f
				}
			}
		}
	}
	return all
}
