package isolation

import (
	"encoding/json"
	"fmt"
	"strings"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/synth"
)

// holdsPolicy are the attributes that hold policy documents.
var holdsPolicy = []string{"access_policies", "assume_role_policy", "inline_policy", "managed_policy_arns", "permissions_boundary", "policy", "policy_document", "resource_policy"}

// noAccess are the types whose "policy" lets nobody do anything.
var noAccess = map[string]string{
	"aws_cloudwatch_log_data_protection_policy": "says what is masked in a log group",
}

// take collects what a resource says about access.
func (a *account) take(r resource, attached *[]resource) error {
	switch r.kind {
	case "aws_iam_role":
		return a.takeRole(r)
	case "aws_iam_role_policy", "aws_iam_role_policy_attachment":
		*attached = append(*attached, r)
		return nil
	case "aws_iam_policy":
		return a.takeBoundary(r)
	case "aws_s3_bucket_policy":
		return a.takePolicy(r, "bucket", func(bucket string) string { return "arn:aws:s3:::" + bucket })
	case "aws_sqs_queue_policy":
		return a.takePolicy(r, "queue_url", func(url string) string { return a.arn("sqs", url[strings.LastIndexByte(url, '/')+1:]) })
	case "aws_sns_topic_policy", "aws_kms_key":
		return a.takePolicy(r, "arn", func(arn string) string { return arn })
	case "aws_api_gateway_rest_api_policy":
		return a.takePolicy(r, "rest_api_id", func(id string) string { return a.arn("execute-api", id) })
	case "aws_opensearch_domain":
		r.attributes["policy"] = r.attributes["access_policies"]
		return a.takePolicy(r, "arn", func(arn string) string { return arn })
	case "aws_cloudwatch_log_resource_policy":
		r.attributes["policy"] = r.attributes["policy_document"]
		return a.takePolicy(r, "policy_name", func(name string) string { return a.arn("logs", "resource-policy:"+name) })
	case "aws_vpc_endpoint":
		return a.takeEndpoint(r)
	case "aws_lambda_permission":
		return a.takePermission(r)
	case "aws_s3_object":
		return a.takeDefinition(r)
	case "aws_lambda_function":
		return a.takePlacement(r)
	}
	if _, ok := noAccess[r.kind]; ok {
		return nil
	}
	for _, key := range holdsPolicy {
		if _, ok := r.attributes[key]; ok || r.failed[key] != nil {
			return fmt.Errorf("has %s, which nothing reads: add it to take", key)
		}
	}
	return nil
}

func (a *account) takeRole(r resource) error {
	name, err := r.must("name")
	if err != nil {
		return err
	}
	text, err := r.must("assume_role_policy")
	if err != nil {
		return err
	}
	trust, err := parseDocument(text)
	if err != nil {
		return err
	}
	for _, key := range []string{"inline_policy", "managed_policy_arns", "permissions_boundary"} {
		if _, ok := r.attributes[key]; ok {
			return fmt.Errorf("has %s, which nothing reads: add it to takeRole", key)
		}
	}
	arn, _ := r.text("arn")
	a.roles[name] = &role{name: name, arn: arn, stack: r.stack, trust: trust}
	return nil
}

// managed are AWS's own policies that are attached to roles, as AWS documents
// them (AWS managed policy reference).
var managed = map[string]document{
	"arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs": newDocument(blocks.Allow("PushToCloudWatchLogs", []string{
		"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:FilterLogEvents",
		"logs:GetLogEvents", "logs:PutLogEvents",
	}, []string{"*"})),
}

// attach adds a policy to its role.
func (a *account) attach(r resource) error {
	name, err := r.must("role")
	if err != nil {
		return err
	}
	to, ok := a.roles[name]
	if !ok {
		return fmt.Errorf("%w: %s", errNoRole, name)
	}
	if r.kind == "aws_iam_role_policy_attachment" {
		arn, err := r.must("policy_arn")
		if err != nil {
			return err
		}
		d, ok := managed[arn]
		if !ok {
			return fmt.Errorf("what %s allows is not known: add it to managed", arn)
		}
		to.policies = append(to.policies, named{arn[strings.LastIndexByte(arn, '/')+1:], d})
		return nil
	}
	text, err := r.must("policy")
	if err != nil {
		return err
	}
	d, err := parseDocument(text)
	to.policies = append(to.policies, named{r.name, d})
	return err
}

// takeBoundary takes the one managed policy of the platform's own.
func (a *account) takeBoundary(r resource) error {
	if a.boundary.name != "" {
		return fmt.Errorf("a second managed policy beside %s: say in takeBoundary what it is for", a.boundary.name)
	}
	text, err := r.must("policy")
	if err != nil {
		return err
	}
	d, err := parseDocument(text)
	arn, _ := r.text("arn")
	a.boundary = named{arn, d}
	return err
}

// takePolicy takes a resource policy; the attribute key tells of what.
func (a *account) takePolicy(r resource, key string, arn func(string) string) error {
	text, err := r.must("policy")
	if err != nil {
		return err
	}
	owner, err := r.must(key)
	if err != nil {
		return err
	}
	d, err := parseDocument(text)
	a.policies[arn(owner)] = d
	if tags, _ := r.attributes["policy"].(string); r.kind == "aws_kms_key" && r.stack == "foundation" && strings.Contains(tags, `"Logs"`) {
		a.keyARN = owner
	}
	return err
}

func (a *account) takeEndpoint(r resource) error {
	text, err := r.must("policy")
	if err != nil {
		return err
	}
	service, err := r.must("service_name")
	if err != nil {
		return err
	}
	d, err := parseDocument(text)
	a.endpoints[service[strings.LastIndexByte(service, '.')+1:]] = d
	return err
}

// takePermission adds a permission to its function's policy, or its alias's.
func (a *account) takePermission(r resource) error {
	values := map[string]string{}
	for _, key := range []string{"statement_id", "action", "function_name", "principal", "source_arn", "source_account", "qualifier"} {
		var err error
		if values[key], err = r.text(key); err != nil {
			return err
		}
	}
	arn := a.arn("lambda", "function:"+values["function_name"])
	if values["qualifier"] != "" {
		arn += ":" + values["qualifier"]
	}
	s := blocks.Allow(values["statement_id"], []string{values["action"]}, []string{arn}).To("Service", values["principal"])
	if values["source_arn"] != "" {
		s = s.If("ArnLike", "aws:SourceArn", values["source_arn"])
	}
	if values["source_account"] != "" {
		s = s.If("StringEquals", "aws:SourceAccount", values["source_account"])
	}
	d := a.policies[arn]
	a.policies[arn] = newDocument(append(d.Statement, s)...)
	return nil
}

// takeDefinition takes what tenants' agents are made of.
func (a *account) takeDefinition(r resource) error {
	if key, _ := r.text("key"); key != contract.AgentDefinitionKey() {
		return nil
	}
	text, err := r.must("content")
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), &a.definition)
}

// takePlacement reads where the provisioner places agents, from what it is told.
func (a *account) takePlacement(r resource) error {
	if name, _ := r.text("function_name"); name != a.cfg.Name(contract.AgentProvisioner.Name) || !a.cfg.Network.Enabled {
		return nil
	}
	if err := r.failed["environment"]; err != nil {
		return fmt.Errorf("environment: %w", err)
	}
	variable := func(name string) []string {
		s, _ := synth.Get(r.attributes["environment"], "variables", name).(string)
		return strings.Split(s, ",")
	}
	a.placement = map[string][]string{
		"bedrock-agentcore:securityGroups": variable(contract.EnvAgentGroups), "bedrock-agentcore:subnets": variable(contract.EnvAgentSubnets),
	}
	return nil
}

// addTenants adds the roles of some tenants' agents, as the provisioner makes
// them.
func (a *account) addTenants() error {
	d := a.definition
	if len(d.Role.Policy) == 0 || a.boundary.name == "" {
		return fmt.Errorf("there is no published definition of tenants' agents, or no boundary")
	}
	trust, err := parseDocument(string(d.Role.Trust))
	if err != nil {
		return err
	}
	policy, err := parseDocument(string(d.Role.Policy))
	if err != nil {
		return err
	}
	name := d.Role.NamePrefix + own
	a.roles[name] = &role{
		name: name, arn: a.global("role" + d.Role.Path + name), stack: "ai", trust: trust,
		policies: []named{{"definition", policy}}, boundary: []named{a.boundary},
		tags: map[string]string{contract.TenantTag: own, contract.RuntimeTag: contract.RuntimeName(d.Runtime.NamePrefix, own)},
	}
	return nil
}
