package main

import (
	"strings"

	"github.com/flowops/flowops/contract"
)

// policyName is the inline policy of a tenant's role.
const policyName = "agent"

// defaultEndpoint is the endpoint that AgentCore makes of every runtime, beside
// ours. It runs the newest version; nobody calls it.
const defaultEndpoint = "DEFAULT"

// What a tenant has is found by its name, which is made of the whole of the
// tenant's id and compared as a whole: acme's is never acme-eu's.

func (j *job) roleName() string { return j.definition.Role.NamePrefix + j.tenant }

// roleARN is made of the boundary's ARN, which stands in the same account below
// the same path: arn:aws:iam::<account>:policy/...
func (j *job) roleARN() string {
	account, _, _ := strings.Cut(j.settings.boundaryARN, ":policy/")
	return account + ":role" + j.definition.Role.Path + j.roleName()
}

func (j *job) runtimeName() string {
	return contract.RuntimeName(j.definition.Runtime.NamePrefix, j.tenant)
}

// keyName is the name of the tenant's API key.
func (j *job) keyName() string { return j.roleName() }

// runtimeID is the id in a runtime's ARN; empty where there is none.
func runtimeID(arn string) string {
	_, id, _ := strings.Cut(arn, ":runtime/")
	return id
}

// logGroupNames are the log groups of a runtime, one an endpoint.
func logGroupNames(id string) []string {
	return []string{
		contract.RuntimeLogGroupPrefix + id + "-" + contract.LiveAlias,
		contract.RuntimeLogGroupPrefix + id + "-" + defaultEndpoint,
	}
}

// tags are what a tenant's role and runtime carry.
func (j *job) tags() map[string]string {
	tags := map[string]string{contract.TenantTag: j.tenant}
	for name, value := range j.definition.Runtime.Tags {
		tags[name] = value
	}
	return tags
}
