package isolation

import (
	"slices"
	"strings"
	"testing"

	blocks "github.com/flowops/flowops/constructs"
)

// unconditioned are the services that take roles without naming for whom: a
// condition would refuse them.
var unconditioned = map[string]string{
	"lambda.amazonaws.com":     "Lambda takes execution roles without a source account or ARN.",
	"apigateway.amazonaws.com": "API Gateway takes its account's logging role without a source account or ARN.",
	"cloudtrail.amazonaws.com": "CloudTrail takes the role that writes to CloudWatch Logs without a source account or ARN.",
}

// The services' roles are taken by their own service, for this account's
// resources, and by nobody else. search-admin alone takes the domain's master.
func TestServicesRoles(t *testing.T) {
	for _, name := range proven {
		a := environment(t, name)
		seen := map[string]bool{}
		for _, target := range a.names() {
			role := a.roles[target]
			if strings.HasSuffix(target, "-tenant") || a.short(target) == "browser" {
				continue // proven apart
			}
			t.Run(name+"/"+a.short(target), func(t *testing.T) {
				if a.short(target) == "search-master" {
					a.provesMaster(t, role)
					return
				}
				if len(role.trust.Statement) != 1 {
					t.Fatalf("%d statements of trust", len(role.trust.Statement))
				}
				s := role.trust.Statement[0]
				service := serviceOf(t, s)
				seen[service] = true
				good := sourceContext(s)
				take := func(principal string, identity []named, context map[string][]string) bool {
					return all(t, a, a.takeRequests(target, principal, identity, role, "sts:AssumeRole", taken{}, context))
				}
				if !take(service, nil, good) {
					t.Errorf("%s does not take it for %v", service, good)
				}
				for _, other := range []string{"ec2.amazonaws.com", "lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "bedrock.amazonaws.com", "states.amazonaws.com", "events.amazonaws.com"} {
					if other != service && take(other, nil, good) {
						t.Errorf("%s takes it", other)
					}
				}
				for _, o := range append(a.names(), "administrator") {
					if take("arn:aws:sts::"+a.id+":assumed-role/"+o+"/session", []named{everything}, good) {
						t.Errorf("%s takes it", o)
					}
				}
				if unconditioned[service] != "" {
					return
				}
				for what, context := range map[string]map[string][]string{
					"no source":       {},
					"another account": {"aws:SourceAccount": {"999999999999"}, "aws:SourceArn": {"arn:aws:" + strings.SplitN(service, ".", 2)[0] + ":" + a.region + ":999999999999:x"}},
					"another's ARN":   {"aws:SourceAccount": {a.id}, "aws:SourceArn": {"arn:aws:" + strings.SplitN(service, ".", 2)[0] + ":" + a.region + ":999999999999:x"}},
				} {
					if take(service, nil, context) {
						t.Errorf("%s takes it with %s", service, what)
					}
				}
			})
		}
		for service := range unconditioned {
			if !seen[service] {
				t.Errorf("%s: no role needs the reason for %s", name, service)
			}
		}
	}
}

// provesMaster: search-admin takes the domain's master role, and nobody else.
func (a *account) provesMaster(t *testing.T, master *role) {
	t.Helper()
	admin := a.cfg.Name("search-admin")
	for _, name := range append(a.names(), "administrator") {
		s := session{&role{name: name, arn: a.global("role/" + name)}, nil}
		identity := []named{everything}
		if name == admin {
			identity = a.roles[admin].policies
		}
		context := map[string][]string{"aws:PrincipalArn": {s.arn}, "aws:PrincipalAccount": {a.id}}
		if got := all(t, a, a.takeRequests(name, s.principal(), identity, master, "sts:AssumeRole", taken{}, context)); got != (name == admin) {
			t.Errorf("%s takes it: %t", name, got)
		}
	}
	foreign := "arn:aws:iam::999999999999:role/" + admin
	if all(t, a, a.takeRequests("foreign", foreign, []named{everything}, master, "sts:AssumeRole", taken{}, map[string][]string{"aws:PrincipalArn": {foreign}})) {
		t.Error("another account's search-admin takes it")
	}
}

func serviceOf(t *testing.T, s blocks.Statement) string {
	t.Helper()
	principal, _ := s.Principal.(map[string]any)
	names, _ := principal["Service"].([]any)
	if len(principal) != 1 || len(names) != 1 {
		t.Fatalf("trusts %v, want one service", s.Principal)
	}
	return names[0].(string)
}

// sourceContext meets the conditions of a statement of trust: each pattern with
// something for its wildcard.
func sourceContext(s blocks.Statement) map[string][]string {
	context := map[string][]string{}
	for _, operator := range []string{"StringEquals", "ArnLike", "ArnEquals"} {
		for key, values := range s.Conditions[operator] {
			context[key] = []string{strings.ReplaceAll(slices.Clone(values)[0], "*", "sample")}
		}
	}
	return context
}
