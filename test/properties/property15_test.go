package properties

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// An object created under the documents prefix, and nothing else, starts
// ingestion.
func TestProperty15_IngestionStart(t *testing.T) {
	rule := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.Orchestration, "aws_cloudwatch_event_rule", "uploads/rule", how)
	}
	pattern := func(name string, value any, at ...any) mutant {
		return rule(name, inJSON("event_pattern", func(m map[string]any) { put(m, value, at...) }))
	}
	keys := func(alternatives ...any) []any { return alternatives }
	documents := map[string]any{"wildcard": "tenants/*/documents/*"}
	prove(t, []string{stacks.Data, stacks.Orchestration}, ingestionStart,
		pattern("an extra prefix", keys(documents, map[string]any{"prefix": "exports/"}), "detail", "object", "key"),
		pattern("every key of a tenant", keys(map[string]any{"wildcard": "tenants/*"}), "detail", "object", "key"),
		pattern("every key", nil, "detail", "object"),
		pattern("a narrower prefix", keys(map[string]any{"wildcard": "tenants/a*/documents/*"}), "detail", "object", "key"),
		pattern("every bucket", nil, "detail", "bucket"),
		pattern("deleted objects too", keys("Object Created", "Object Deleted"), "detail-type"),
		pattern("every source", nil, "source"),
		pattern("the platform's own events", keys("aws.s3", "flowops"), "source"),
		rule("on another bus", setting("other", "event_bus_name")),
		rule("switched off", setting("DISABLED", "state")),
		rule("on a schedule too", setting("rate(1 day)", "schedule_expression")),
		drop("no target", stacks.Orchestration, "aws_cloudwatch_event_target", "uploads/target"),
		change("another rule starts it", stacks.Orchestration, "aws_cloudwatch_event_target", "escalations", func(a map[string]any) {
			a["arn"] = "${aws_sfn_state_machine.ingestion_machine_236EDAA1.arn}"
		}),
		change("the bucket tells nobody", stacks.Data, "aws_s3_bucket_notification", "", setting(false, "eventbridge")),
		change("the machine takes any key", stacks.Orchestration, "aws_sfn_state_machine", "", inJSON("definition", func(m map[string]any) {
			put(m, "DescribeObject", "States", "IsDocument", "Default")
		})),
		change("the machine does not look at the key", stacks.Orchestration, "aws_sfn_state_machine", "", inJSON("definition", func(m map[string]any) {
			put(m, "DescribeObject", "StartAt")
		})),
	)
}

func ingestionStart(e environment) []string {
	var p problems
	d := e.docs[stacks.Orchestration]
	data := e.docs[stacks.Data]
	notified := data.Resources("aws_s3_bucket_notification")
	bucket, _ := referred(data, synth.Get(data["output"], "documents_bucket", "value"))
	p.that(len(notified) == 1 && notified[0].Get("eventbridge") == true && len(owned(data, "aws_s3_bucket_notification", "bucket", bucket)) == 1,
		"the documents bucket tells EventBridge nothing, or another bucket does")
	machines := d.Resources("aws_sfn_state_machine")
	if len(machines) != 1 {
		return append(p, "there is not one state machine")
	}
	targets := owned(d, "aws_cloudwatch_event_target", "arn", machines[0])
	if len(targets) != 1 {
		return append(p, fmt.Sprintf("%d rules start ingestion", len(targets)))
	}
	rule, ok := referred(d, targets[0].Get("rule"))
	p.that(ok && rule.Get("event_bus_name") == nil && targets[0].Get("event_bus_name") == nil, "the rule is not on the bus that S3 publishes to")
	p.that(rule.Get("state") == "ENABLED" && rule.Get("schedule_expression") == nil, "the rule is switched off, or runs on a schedule")
	p.that(len(d.Resources("aws_scheduler_schedule"))+len(d.Resources("aws_pipes_pipe")) == 0, "something else may start ingestion")

	pattern, definition := parse(rule.Get("event_pattern")), parse(machines[0].Get("definition"))
	own := *stacks.Sample[stacks.DataOutputs](e.cfg).DocumentsBucket
	event := func(source, kind, bucket, key string) any {
		return map[string]any{"source": source, "detail-type": kind, "detail": map[string]any{"bucket": map[string]any{"name": bucket}, "object": map[string]any{"key": key, "size": 1.0}}}
	}
	for _, key := range []string{"tenants/acme/documents/a.pdf", "tenants/a-1/documents/deep/er/x", "tenants/" + strings.Repeat("z", 32) + "/documents/ü *?[.md"} {
		p.that(matches(pattern, event("aws.s3", "Object Created", own, key)) && learns(definition, key), "%s does not start ingestion", key)
		for _, other := range []any{
			event("aws.s3", "Object Deleted", own, key), event("aws.s3", "Object Created", "another-bucket", key),
			event("flowops", "Object Created", own, key), event("aws.s3", "Object Restore Completed", own, key),
		} {
			p.that(!matches(pattern, other), "%v starts ingestion", other)
		}
	}
	for _, key := range []string{
		"a.pdf", "documents/a.pdf", "exports/a.csv", "exports/tenants/acme/documents/a.pdf", "tenants/acme/a.pdf", "tenants/acme/work/chunks/0.json",
		"tenants/documents/a.pdf", "tenants/acme/documents", "tenants/acme/documentsx/a.pdf", "Tenants/acme/documents/a.pdf",
	} {
		p.that(!matches(pattern, event("aws.s3", "Object Created", own, key)), "%s starts ingestion", key)
	}
	// The wildcard's own gap: the machine closes it.
	for _, key := range []string{"tenants/acme/work/documents/a.pdf", "tenants/acme/exports/tenants/other/documents/a.pdf"} {
		p.that(!learns(definition, key), "%s is learned", key)
	}
	return p
}

// matches is whether EventBridge would match the event: every field of the
// pattern is in it, with one of the alternatives. What this model does not know
// matches, so that it is seen where nothing may match.
func matches(pattern, event any) bool {
	switch want := pattern.(type) {
	case map[string]any:
		fields, ok := event.(map[string]any)
		for name, w := range want {
			if !ok || !matches(w, fields[name]) {
				return false
			}
		}
		return true
	case []any:
		text, isText := event.(string)
		return slices.ContainsFunc(want, func(alternative any) bool {
			if !isText {
				return false
			}
			if exact, ok := alternative.(string); ok {
				return exact == text
			}
			if w, ok := synth.Get(alternative, "wildcard").(string); ok {
				return regexp.MustCompile("(?s)^" + strings.ReplaceAll(regexp.QuoteMeta(w), `\*`, ".*") + "$").MatchString(text)
			}
			if prefix, ok := synth.Get(alternative, "prefix").(string); ok {
				return strings.HasPrefix(text, prefix)
			}
			return true
		})
	}
	return true
}

// learns is whether the machine goes on with the key. A wildcard of EventBridge
// passes slashes, so that the machine looks at the parts of the key itself, in
// its first choice, before it does anything.
func learns(definition map[string]any, key string) bool {
	var parts []string // as States.StringSplit: without the empty ones
	for _, part := range strings.Split(key, "/") {
		if part != "" {
			parts = append(parts, part)
		}
	}
	at, _ := definition["StartAt"].(string)
	for range 10 {
		state := synth.Get(definition["States"], at)
		switch synth.Get(state, "Type") {
		case "Pass":
			at, _ = synth.Get(state, "Next").(string)
		case "Choice":
			next, _ := synth.Get(state, "Default").(string)
			for _, c := range list(synth.Get(state, "Choices")) {
				if !slices.ContainsFunc(list(synth.Get(c, "And")), func(test any) bool { return !passes(test, parts) }) {
					next, _ = synth.Get(c, "Next").(string)
					break
				}
			}
			return synth.Get(definition["States"], next, "Type") != "Succeed"
		default:
			return true
		}
	}
	return true
}

var part = regexp.MustCompile(`^\$\.path\.parts\[(\d)\]$`)

// passes is whether the parts of a key pass one test of a choice.
func passes(test any, parts []string) bool {
	variable, _ := synth.Get(test, "Variable").(string)
	m := part.FindStringSubmatch(variable)
	if m == nil {
		return true
	}
	i := int(m[1][0] - '0')
	if want, ok := synth.Get(test, "StringEquals").(string); ok {
		return i < len(parts) && parts[i] == want
	}
	return synth.Get(test, "IsPresent") != true || i < len(parts)
}
