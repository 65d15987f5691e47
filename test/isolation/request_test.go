package isolation

import (
	"maps"
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

// The tenants of the proofs. own is a prefix of neighbours, and one of them of
// own.
const (
	own   = "acme"
	other = "globex"
)

var neighbours = []string{"acme2", "acme-eu", "acm"}

// session is a role's credentials with tags.
type session struct {
	*role
	tags map[string]string // beside the role's own
}

// tenant is a session of the role for a tenant.
func (r *role) tenant(id string) session {
	return session{r, map[string]string{contract.TenantTag: id}}
}

// plain is a session without tags beside the role's own.
func (r *role) plain() session { return session{r, nil} }

// arn of the session.
func (s session) principal() string {
	return strings.Replace(s.arn[:strings.Index(s.arn, ":role/")], ":iam:", ":sts:", 1) + ":assumed-role/" + s.name + "/session"
}

// untagged removes a tag that the role itself has.
func (s session) untagged(tag string) session {
	copied := *s.role
	copied.tags = maps.Clone(s.role.tags)
	delete(copied.tags, tag)
	return session{&copied, s.tags}
}

// ask is a request of a session, with all that decides on it: the role's
// policies, its boundary, the resource's policy, the endpoint's, and the
// condition keys that AWS adds to every request.
func (a *account) ask(s session, action, resource string, context map[string][]string) request {
	r := request{
		label: a.short(s.name), principal: s.principal(), action: action, resource: resource,
		identity: deciding(s.policies, action), boundary: s.boundary, context: a.always(s, action),
	}
	maps.Copy(r.context, context)
	if d, ok := a.policyOf(action, resource); ok {
		r.resourcePolicy = &d
	}
	if d, ok := a.endpoints[endpointOf(action)]; ok {
		r.endpoint = []named{{"endpoint", d}}
	}
	r.loose = referenceIsWrong[action] != ""
	return r
}

// always are the condition keys of every signed request over TLS.
func (a *account) always(s session, action string) map[string][]string {
	context := map[string][]string{
		"aws:PrincipalAccount": {a.id}, "aws:PrincipalArn": {s.arn}, "aws:PrincipalType": {"AssumedRole"},
		"aws:SecureTransport": {"true"}, "aws:RequestedRegion": {a.region},
	}
	if strings.HasPrefix(action, "s3:") {
		context["s3:TlsVersion"] = []string{"1.3"}
	}
	for _, tags := range []map[string]string{s.role.tags, s.tags} {
		for tag, value := range tags {
			context["aws:PrincipalTag/"+tag] = []string{value}
		}
	}
	return context
}

// policyOf is the resource policy that decides on an action.
func (a *account) policyOf(action, resource string) (document, bool) {
	service, _, _ := strings.Cut(action, ":")
	switch service {
	case "s3":
		resource, _, _ = strings.Cut(resource, "/")
	case "es":
		if parts := strings.SplitN(resource, "/", 3); len(parts) == 3 {
			resource = parts[0] + "/" + parts[1]
		}
	case "sts":
		for _, r := range a.roles {
			if r.arn == resource {
				return r.trust, true
			}
		}
		return document{}, false
	case "execute-api":
		return document{}, false // of management of connections; the REST API's is for its callers
	}
	d, ok := a.policies[resource]
	return d, ok
}

// endpointOf is the VPC endpoint that requests of an action go through.
func endpointOf(action string) string {
	service, _, _ := strings.Cut(action, ":")
	switch service {
	case "bedrock":
		return "bedrock-runtime"
	case "cloudwatch":
		return "monitoring"
	}
	return service
}

// referenceIsWrong are the actions that are judged without a check against the
// service authorization reference, and why.
var referenceIsWrong = map[string]string{
	"states:SendTaskSuccess": onMachine, "states:SendTaskFailure": onMachine,
}

const onMachine = "the reference gives it no resource, but Step Functions checks it on the state machine whose task it is, and refuses it there by that name"

// everything is a policy that allows all: what it can't do, no request can.
var everything = named{"everything", mustParse(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]}]}`)}

func mustParse(text string) document {
	d, err := parseDocument(text)
	if err != nil {
		panic(err)
	}
	return d
}

// administrator is a role of the account that may do everything.
func (a *account) administrator() *role {
	return &role{name: "administrator", arn: a.global("role/administrator"), policies: []named{everything}}
}

// knowsTags reports whether any of the role's policies depends on the tags of
// its sessions.
func (r *role) knowsTags() bool {
	return slices.ContainsFunc(slices.Concat(r.policies, r.boundary), func(n named) bool { return strings.Contains(n.text(), "aws:PrincipalTag/") })
}
