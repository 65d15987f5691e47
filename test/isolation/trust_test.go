package isolation

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
)

// taken is a try to take a role: both actions must be allowed to take it with
// tags.
type taken struct {
	name      string
	tags      map[string]string
	transient bool // the tag is not transitive
	want      bool
}

// tries are ways to take a tenant access role. A tag of three characters and
// more may hold a wildcard as far as the trust policy goes: STS takes none in a
// tag, and the matrix shows that it would reach nothing.
func tries() []taken {
	tenant := func(id string) map[string]string { return map[string]string{contract.TenantTag: id} }
	return []taken{
		{name: "a tenant", tags: tenant(own), want: true},
		{name: "a tenant with a hyphen", tags: tenant("acme-eu"), want: true},
		{name: "no tag"},
		{name: "empty tag", tags: tenant("")},
		{name: "short tag", tags: tenant("ab")},
		{name: "wildcard", tags: tenant("*")},
		{name: "prefix and wildcard", tags: tenant("a*")},
		{name: "path in the tag", tags: tenant(own + "/documents")},
		{name: "climbing tag", tags: tenant("x/../" + own)},
		{name: "colon in the tag", tags: tenant(own + ":x")},
		{name: "another tag too", tags: map[string]string{contract.TenantTag: own, "Admin": "true"}},
		{name: "another tag alone", tags: map[string]string{"Tenant": own}},
		{name: "not transitive", tags: tenant(own), transient: true},
	}
}

// take makes the requests of a try by a session.
func (a *account) takeRequests(label, principal string, identity []named, target *role, action string, try taken, more map[string][]string) []request {
	context := map[string][]string{"aws:SecureTransport": {"true"}}
	maps.Copy(context, more)
	keys := slices.Sorted(maps.Keys(try.tags))
	for _, k := range keys {
		context["aws:RequestTag/"+k] = []string{try.tags[k]}
	}
	if len(keys) > 0 {
		context["aws:TagKeys"] = keys
		if !try.transient {
			context["sts:TransitiveTagKeys"] = keys
		}
	}
	var requests []request
	for _, action := range []string{action, "sts:TagSession"} {
		if action == "sts:TagSession" && len(keys) == 0 {
			continue // without tags STS asks for nothing more
		}
		requests = append(requests, request{
			label: label, principal: principal, action: action, resource: target.arn, context: context,
			identity: deciding(identity, action), resourcePolicy: &target.trust,
			// The reference has Cognito's keys for the role's assumption alone; Cognito's
			// documentation demands them of both actions in one statement.
			loose: action == "sts:TagSession" && strings.HasPrefix(label, "browser"),
		})
	}
	return requests
}

// all reports whether all requests are allowed.
func all(t testing.TB, a *account, requests []request) bool {
	t.Helper()
	for _, v := range judge(t, a, requests) {
		if !v.allowed() {
			return false
		}
	}
	return true
}

// Each tenant access role is taken by its own function, with the tenant's tag,
// and by nobody else, whatever that may.
func TestTenantRolesAreTakenByTheirFunction(t *testing.T) {
	for _, name := range proven {
		a := environment(t, name)
		count := 0
		for _, target := range a.names() {
			function, ok := strings.CutSuffix(target, "-tenant")
			if !ok {
				continue
			}
			count++
			t.Run(name+"/"+a.short(target), func(t *testing.T) {
				role := a.role(t, target)
				f := a.role(t, function)
				for _, try := range tries() {
					requests := a.takeRequests(function, f.plain().principal(), f.policies, role, "sts:AssumeRole", try, nil)
					if got := all(t, a, requests); got != try.want {
						t.Errorf("%s takes it with %s: %t, want %t", function, try.name, got, try.want)
					}
				}
				// Others, even with every permission.
				good := tries()[0]
				others := map[string]string{
					"another account's administrator": "arn:aws:iam::999999999999:role/administrator", "another account's role of that name": strings.Replace(f.arn, a.id, "999999999999", 1),
					"administrator": a.global("role/administrator"), "a role of that name on a path": a.global("role/other/" + f.name + "x"), "Lambda": "lambda.amazonaws.com",
				}
				for _, o := range a.names() {
					if o != function {
						others[o] = a.roles[o].plain().principal()
					}
				}
				for who, principal := range others {
					identity := []named{everything}
					if strings.HasSuffix(principal, ".amazonaws.com") {
						identity = nil
					}
					if all(t, a, a.takeRequests(who, principal, identity, role, "sts:AssumeRole", good, nil)) {
						t.Errorf("%s takes it", who)
					}
				}
			})
		}
		if count < 6 {
			t.Errorf("%s has %d tenant access roles", name, count)
		}
	}
}

// The browsers' role is taken by people who signed in to the platform's own
// identity pool, with their tenant's tag. Cognito asks for both actions.
func TestTheBrowsersRole(t *testing.T) {
	for _, name := range proven {
		t.Run(name, func(t *testing.T) {
			a := environment(t, name)
			role := a.role(t, a.cfg.Name("browser"))
			pool := role.trust.Statement[0].Conditions["StringEquals"]["cognito-identity.amazonaws.com:aud"]
			const provider = "cognito-identity.amazonaws.com"
			signedIn := map[string][]string{provider + ":aud": pool, provider + ":amr": {"authenticated", "cognito-idp.eu-central-1.amazonaws.com/x"}}
			take := func(principal string, try taken, context map[string][]string) bool {
				var identity []named
				if strings.HasPrefix(principal, "arn:") {
					identity = []named{everything}
				}
				return all(t, a, a.takeRequests("browser", principal, identity, role, "sts:AssumeRoleWithWebIdentity", try, context))
			}
			for _, try := range tries() {
				if try.transient {
					continue // Cognito's tags are not transitive; credentials of a browser take no other role
				}
				try.transient = true
				if got := take(provider, try, signedIn); got != try.want {
					t.Errorf("signed in with %s: %t, want %t", try.name, got, try.want)
				}
			}
			good := taken{tags: map[string]string{contract.TenantTag: own}, transient: true}
			for what, context := range map[string]map[string][]string{
				"a guest":                  {provider + ":aud": pool, provider + ":amr": {"unauthenticated"}},
				"another pool's person":    {provider + ":aud": {"eu-central-1:00000000-0000-4000-8000-000000000000"}, provider + ":amr": {"authenticated"}},
				"without a pool":           {provider + ":amr": {"authenticated"}},
				"without having signed in": {provider + ":aud": pool},
			} {
				if take(provider, good, context) {
					t.Errorf("%s takes it", what)
				}
			}
			for _, principal := range []string{"accounts.google.com", "lambda.amazonaws.com", a.global("role/administrator"), a.roles[a.cfg.Name("records")].plain().principal()} {
				if take(principal, good, signedIn) {
					t.Errorf("%s takes it", principal)
				}
			}
		})
	}
}
