package isolation

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
)

// targets are what a method is tried on, by name.
func (a *account) targets() map[string][]string {
	roles := func(keep func(string) bool) (arns []string) {
		for _, name := range a.names() {
			if keep(name) {
				arns = append(arns, a.roles[name].arn)
			}
		}
		return arns
	}
	inPath := func(name string) bool { return strings.HasPrefix(name, a.definition.Role.NamePrefix) }
	var functions, aliases []string
	for _, f := range contract.Functions() {
		arn := a.arn("lambda", "function:"+a.cfg.Name(f.Name))
		functions, aliases = append(functions, arn), append(aliases, arn+":"+contract.LiveAlias)
	}
	return map[string][]string{
		"role":                roles(func(n string) bool { return !inPath(n) }),
		"tenant role":         append(roles(inPath), a.global("role"+contract.TenantRolePath+a.definition.Role.NamePrefix+other)),
		"role outside":        {a.global("role/administrator"), a.global("role" + contract.TenantRolePath + "other"), a.global("role/" + a.definition.Role.NamePrefix + own), a.global("role/flowops/" + a.definition.Role.NamePrefix + own)},
		"boundary":            {a.boundary.name},
		"user":                {a.global("user/someone")},
		"group":               {a.global("group/admins")},
		"identity provider":   {a.global("oidc-provider/example.com")},
		"instance profile":    {a.global("instance-profile/x")},
		"service-linked role": {a.global("role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")},
		"function":            functions, "alias": aliases,
		"layer":         {a.arn("lambda", "layer:x")},
		"key":           {a.keyARN},
		"bucket":        {a.documents()},
		"agents bucket": {a.bucket("agents")},
		"bundle":        {a.bucket("agents") + "/" + contract.AgentBundlePrefix + "x/agent.zip"},
		"definition":    {a.bucket("agents") + "/" + contract.AgentDefinitionKey()},
		"record":        {a.bucket("trail") + "/AWSLogs/" + a.id + "/CloudTrail/x.json.gz"},
		"state":         {a.bucket("tfstate") + "/flowops/" + a.cfg.Environment + "/data.tfstate"},
		"table":         {a.table(contract.Tickets)},
		"domain":        {a.domain()},
		"queue":         {a.arn("sqs", a.cfg.Name("events-dead-letters"))},
		"topic":         {a.arn("sns", a.cfg.Name("alerts"))},
		"machine":       {a.cfg.StateMachineARN(), a.arn("states", "stateMachine:"+a.cfg.DataMachineName())},
		"rule":          {a.arn("events", "rule/"+a.cfg.Name("uploads"))},
		"bus":           {a.arn("events", "event-bus/"+a.cfg.Name("events"))},
		"schedule":      {a.arn("scheduler", "schedule/default/x")},
		"rest api":      {"arn:aws:apigateway:" + a.region + "::/restapis/" + restAPI},
		"stage":         {"arn:aws:apigateway:" + a.region + "::/restapis/" + restAPI + "/stages/" + a.cfg.Environment},
		"users":         {a.arn("cognito-idp", "userpool/"+a.region+"_Samp1ePoo")},
		"identity pool": {a.arn("cognito-identity", "identitypool/"+a.region+":"+sampleID("browsers"))},
		"parameter":     {a.arn("ssm", "parameter"+contract.ParameterPath(a.cfg.Project, a.cfg.Environment)+"/api/x")},
		"trail":         {a.arn("cloudtrail", "trail/"+a.cfg.Name("audit"))},
		"runtime":       {a.runtime(own)},
		"guardrail":     {a.arn("bedrock", "guardrail/g1u2a3r4d5")},
		"stack":         {a.arn("cloudformation", "stack/x/"+sampleID("x"))},
		"instance":      {a.arn("ec2", "instance/i-0123456789abcdef0")},
		"secret":        {a.arn("secretsmanager", "secret:x-AbCdEf")},
		"project":       {a.arn("codebuild", "project/x")},
		"task":          {a.arn("ecs", "task-definition/x:1")},
		"notebook":      {a.arn("sagemaker", "notebook-instance/x")},
		"endpoint":      {a.arn("glue", "devEndpoint/x")},
		"image":         {a.arn("ecr", "repository/x")},
		"account":       {"*"},
	}
}

func (a *account) bucket(name string) string { return a.cfg.BucketARN(a.cfg.BucketName(name)) }

// try is a method on one resource.
type try struct {
	method
	resource string
}

func (t try) String() string {
	s := t.action + " on " + t.resource
	if t.variant != "" {
		s += ", " + t.variant
	}
	return s
}

// escalations are all methods on all their targets.
func (a *account) escalations(t testing.TB) []try {
	t.Helper()
	targets := a.targets()
	var all []try
	for _, m := range methods() {
		on, ok := targets[m.on]
		if !ok || len(on) == 0 {
			t.Fatalf("%s: there is no %q to try it on", m.action, m.on)
		}
		for _, resource := range on {
			all = append(all, try{m, resource})
		}
	}
	slices.SortStableFunc(all, func(x, y try) int { return strings.Compare(x.String(), y.String()) })
	return all
}

// attempt is the request of a role that tries it. Roles are taken and tagged as
// their trust policies want it, so that only the right is in question.
func (a *account) attempt(r *role, e try) request {
	context := map[string][]string{}
	for key, values := range e.context {
		context[key] = slices.Clone(values)
		for i, v := range values {
			switch v {
			case theBoundary:
				context[key][i] = a.boundary.name
			case theEnvironment:
				context[key][i] = a.cfg.Environment
			}
		}
	}
	if strings.HasPrefix(e.action, "sts:") {
		maps.Copy(context, map[string][]string{"aws:RequestTag/" + contract.TenantTag: {own}, "aws:TagKeys": {contract.TenantTag}})
		if e.action == "sts:AssumeRole" || e.action == "sts:TagSession" {
			context["sts:TransitiveTagKeys"] = []string{contract.TenantTag}
		}
	}
	s := r.plain()
	if r.knowsTags() && len(r.tags) == 0 {
		s = r.tenant(own)
	}
	return a.ask(s, e.action, e.resource, context)
}

// granted is a method that a role has, and why it leads nowhere.
type granted struct {
	role, action string
	resource     string // pattern of path.Match, on the ARN's part behind the account
	variant      string // empty for any
	reason       string
}

// No role has a known way to more rights but those with a reason.
func TestNoEscalation(t *testing.T) {
	for _, name := range proven {
		t.Run(name, func(t *testing.T) {
			a := environment(t, name)
			tries := a.escalations(t)
			var requests []request
			var who []string
			for _, n := range a.names() {
				for _, e := range tries {
					requests = append(requests, a.attempt(a.roles[n], e))
					who = append(who, a.short(n))
				}
			}
			used := make([]bool, len(reasons))
			for i, v := range judge(t, a, requests) {
				if !v.allowed() {
					continue
				}
				e := tries[i%len(tries)]
				if j := a.reasonFor(who[i], e); j >= 0 {
					used[j] = true
					continue
				}
				t.Errorf("%s is allowed %s", who[i], e)
			}
			for j, u := range used {
				if !u {
					t.Errorf("nothing needs the reason %+v", reasons[j])
				}
			}
		})
	}
}

func (a *account) reasonFor(role string, e try) int {
	resource := e.resource
	if _, behind, ok := strings.Cut(resource, ":"+a.id+":"); ok {
		resource = behind
	}
	resource = strings.ReplaceAll(resource, a.cfg.Name(""), "")
	return slices.IndexFunc(reasons, func(g granted) bool {
		matched, err := path.Match(g.resource, resource)
		if err != nil {
			panic(fmt.Sprintf("%s: %v", g.resource, err))
		}
		who, _ := path.Match(g.role, role)
		return who && g.action == e.action && matched && (g.variant == "" || g.variant == e.variant)
	})
}

// Every method is a request that AWS knows: an administrator is allowed it, but
// for roles, whose trust policies let no administrator take them.
func TestEveryMethodIsARequest(t *testing.T) {
	a := environment(t, "dev")
	tries := a.escalations(t)
	var requests []request
	for _, e := range tries {
		requests = append(requests, a.attempt(a.administrator(), e))
	}
	for i, v := range judge(t, a, requests) {
		if trusted := strings.HasPrefix(tries[i].action, "sts:") && a.hasRole(tries[i].resource); v.allowed() == trusted {
			t.Errorf("an administrator: %s: %s%s", tries[i], v.Result, v.Error)
		}
	}
	if len(tries) < 200 {
		t.Errorf("only %d ways are tried", len(tries))
	}
}

func (a *account) hasRole(arn string) bool {
	for _, r := range a.roles {
		if r.arn == arn {
			return true
		}
	}
	return false
}
