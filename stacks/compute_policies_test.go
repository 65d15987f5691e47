package stacks

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

// Plan 5.2 to 5.5 and 11.2: exactly what each execution role may do beside what
// every function may. Tenant data is not among it.
func TestComputeExecutionRoles(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := computeDocuments(t, cfg)["prod"]
	f := Sample[FoundationOutputs](cfg)
	own := []string{"Logs", "Traces", "Environment", "DeadLetters", "DeadLettersKey", "NetworkInterfaces", "AssumeTenantRole"}
	events := "Events: events:PutEvents on arn:aws:events:eu-central-1:333333333333:event-bus/flowops-prod-events; ForAllValues:StringEquals events:source flowops; Null events:source false"
	for fn, want := range map[string][]string{
		"agent-invoke": {
			"Sessions: kms:GenerateMac on " + *f.SessionKeyARN,
			events,
		},
		"safe-actions": {
			events,
		},
		"document-ingestion": {
			"ModelTitanEmbedTextV2: bedrock:InvokeModel on arn:aws:bedrock:eu-central-1::foundation-model/amazon.titan-embed-text-v2:0",
			events,
		},
		"websocket":            {"HandOn: lambda:InvokeFunction on <prod/agent-invoke/live.arn}"},
		"websocket-authorizer": nil,
		"records": {
			"Decisions: states:SendTaskFailure states:SendTaskSuccess on arn:aws:states:eu-central-1:333333333333:stateMachine:flowops-prod-ingestion",
			"Cursors: kms:GenerateMac kms:VerifyMac on " + *f.SessionKeyARN,
			events,
		},
	} {
		lines := policyLines(d, d.One(t, "aws_iam_role_policy", fn+"/role/policy").JSON(t, "policy"))
		got := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(own, strings.Split(line, ":")[0]) })
		if d := cmp.Diff(want, got, cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); d != "" {
			t.Errorf("%s may (-want +got):\n%s", fn, d)
		}
		// What every function may is in place too, the tenant role for those with tenant data.
		assume := "AssumeTenantRole: sts:AssumeRole sts:TagSession on arn:aws:iam::333333333333:role/flowops-prod-" + fn + "-tenant"
		if slices.Contains(lines, assume) != (fn != "websocket-authorizer") {
			t.Errorf("%s: %q is in %q", fn, assume, lines)
		}
	}
}

// Plan 11.2: exactly what each tenant access role reaches, by the tenant's tag.
func TestComputeTenantRoles(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := computeDocuments(t, cfg)["prod"]
	data, ai := Sample[DataOutputs](cfg), Sample[AIOutputs](cfg)
	const tag = "$${aws:PrincipalTag/TenantId}"
	items := func(sid, table, actions string) string {
		var full []string
		for a := range strings.FieldsSeq(actions) {
			full = append(full, "dynamodb:"+a)
		}
		return sid + ": " + strings.Join(full, " ") + " on " + table + " " + table + "/index/*" +
			"; ForAllValues:StringLike dynamodb:LeadingKeys TENANT#" + tag + " TENANT#" + tag + "#*; Null dynamodb:LeadingKeys false"
	}
	key := func(services ...string) string {
		for i, s := range services {
			services[i] = s + ".eu-central-1.amazonaws.com"
		}
		return "Key: kms:Decrypt kms:GenerateDataKey on " + *Sample[FoundationOutputs](cfg).KMSKeyARN + "; StringEquals kms:ViaService " + strings.Join(services, " ")
	}
	objects := *data.DocumentsBucketARN + "/tenants/" + tag
	alias := *data.SearchDomainARN + "/flowops-vectors-" + tag + "/"
	for fn, want := range map[string][]string{
		"agent-invoke": {
			items("Agent", *ai.Agents.ARN, "GetItem"),
			"Runtime: bedrock-agentcore:InvokeAgentRuntime on arn:aws:bedrock-agentcore:eu-central-1:333333333333:runtime/flowops_prod_*; StringEquals aws:ResourceTag/TenantId " + tag,
			items("Conversations", *data.Conversations.ARN, "GetItem PutItem Query"),
			items("Turns", *data.Connections.ARN, "GetItem PutItem UpdateItem"),
			items("Audit", *data.Audit.ARN, "PutItem Query"),
			key("dynamodb"),
		},
		"safe-actions": {
			items("Agent", *ai.Agents.ARN, "GetItem"),
			items("Tickets", *data.Tickets.ARN, "GetItem PutItem"),
			items("Audit", *data.Audit.ARN, "PutItem Query"),
			key("dynamodb"),
		},
		"document-ingestion": {
			items("Metadata", *data.Metadata.ARN, "GetItem Query UpdateItem"),
			"Documents: s3:GetObjectVersion on " + objects + "/documents/*",
			"Work: s3:GetObject s3:PutObject s3:PutObjectTagging on " + objects + "/work/*",
			"DENY NoDocumentsInWork: s3:PutObject on " + objects + "/work/*documents/*",
			"Vectors: es:ESHttpPost on " + strings.Join([]string{alias + "_bulk", alias + "_delete_by_query", alias + "_refresh", alias + "_search"}, " "),
			key("dynamodb", "s3"),
		},
		"websocket": {items("Connections", *data.Connections.ARN, "DeleteItem GetItem PutItem UpdateItem"), key("dynamodb")},
		"records": {
			items("Agent", *ai.Agents.ARN, "GetItem"),
			items("Tickets", *data.Tickets.ARN, "GetItem PutItem Query UpdateItem"),
			items("Conversations", *data.Conversations.ARN, "Query"),
			items("Metadata", *data.Metadata.ARN, "DeleteItem GetItem PutItem Query UpdateItem"),
			"Documents: s3:DeleteObjectVersion s3:GetObjectVersion s3:PutObject on " + objects + "/documents/*",
			"Versions: s3:ListBucketVersions on " + *data.DocumentsBucketARN + "; StringLike s3:prefix tenants/" + tag + "/*",
			key("dynamodb", "s3"),
		},
	} {
		got := policyLines(d, d.One(t, "aws_iam_role_policy", fn+"/tenant-access/policy").JSON(t, "policy"))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s reaches (-want +got):\n%s", fn, d)
		}
	}
	for _, r := range d.Resources("aws_iam_role") {
		if strings.Contains(r.Path, contract.WebSocketAuthorizer.Name+"/tenant-access") {
			t.Errorf("%s has a tenant access role", contract.WebSocketAuthorizer.Name)
		}
	}
}

// The rule that starts ingestion matches keys in which "*" is "/" too. Whatever
// it would match below a tenant's work, nobody can write.
func TestWorkCannotStartIngestion(t *testing.T) {
	statement := noDocumentsInWork("arn:aws:s3:::b")
	denied := wildcard(strings.ReplaceAll(statement.Resources[0], "$${aws:PrincipalTag/TenantId}", "acme"))
	for _, key := range []string{
		"tenants/acme/work/documents/x", "tenants/acme/work/d1/documents/x", "tenants/acme/work/d1/2/documents/",
		"tenants/acme/work/d1/2/batches/0.json", "tenants/acme/work/d1/2/chunks.json", "tenants/acme/work/d1/mydocuments/x",
	} {
		starts := wildcard(contract.DocumentKeyPattern).MatchString(key)
		if refused := denied.MatchString("arn:aws:s3:::b/" + key); starts && !refused {
			t.Errorf("%s starts ingestion, and document-ingestion may write it", key)
		}
	}
	if denied.MatchString("arn:aws:s3:::b/tenants/acme/work/d1/2/batches/0.json") {
		t.Error("document-ingestion may not write its own work")
	}
	if statement.Effect != "Deny" {
		t.Errorf("effect %s", statement.Effect)
	}
}

// wildcard is a pattern in which "*" stands for any characters, as IAM and
// EventBridge have it.
func wildcard(pattern string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, "(?s:.*)") + "$")
}
