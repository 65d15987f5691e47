package stacks

import (
	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// What the tenant access roles may do: one tenant's data at a time, by the tag
// of the session.

func (c compute) agentInvokeReaches() []blocks.Statement {
	return []blocks.Statement{
		c.tenantAgent(),
		// The tenant's runtime and its endpoint, whose ARN goes on behind the
		// runtime's: the provisioner tags both. A runtime's ARN ends in what AWS makes up.
		blocks.TenantResources("Runtime", []string{c.cfg.ARN("bedrock-agentcore", "runtime/"+runtimePrefix(c.cfg)+"*")}, "bedrock-agentcore:InvokeAgentRuntime"),
		blocks.TenantItems("Conversations", *c.data.Conversations.ARN, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
		// A turn is claimed, and its events are kept for who reconnects.
		blocks.TenantItems("Turns", *c.data.Connections.ARN, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
		// What became of a hand-over that the agent asked for.
		blocks.TenantItems("Audit", *c.data.Audit.ARN, blocks.AppendItems...),
		c.tenantKey("dynamodb"),
	}
}

func (c compute) safeActionsReaches() []blocks.Statement {
	return []blocks.Statement{
		c.tenantAgent(),
		blocks.TenantItems("Tickets", *c.data.Tickets.ARN, "dynamodb:GetItem", "dynamodb:PutItem"),
		blocks.TenantItems("Audit", *c.data.Audit.ARN, blocks.AppendItems...),
		c.tenantKey("dynamodb"),
	}
}

func (c compute) documentIngestionReaches() []blocks.Statement {
	bucket := *c.data.DocumentsBucketARN
	return []blocks.Statement{
		// It never makes an item: one that was deleted stays so.
		blocks.TenantItems("Metadata", *c.data.Metadata.ARN, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"),
		// The version that the event names, whatever was uploaded since. By a version's
		// id S3 asks for no s3:GetObject (API reference, GetObject).
		blocks.TenantObjects("Documents", bucket, contract.DocumentsPrefix, "s3:GetObjectVersion"),
		// With the tag by which they expire.
		blocks.TenantObjects("Work", bucket, contract.WorkPrefix, "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"),
		noDocumentsInWork(bucket),
		blocks.TenantSearch("Vectors", *c.data.SearchDomainARN, []string{"_bulk", "_delete_by_query", "_refresh", "_search"}, "es:ESHttpPost"),
		c.tenantKey("dynamodb", "s3"),
	}
}

// noDocumentsInWork refuses intermediate objects whose key would look like a
// document's to the rule that starts ingestion, in which "*" matches "/" too:
// ingestion must not start itself.
func noDocumentsInWork(bucketARN string) blocks.Statement {
	s := blocks.TenantObjects("NoDocumentsInWork", bucketARN, contract.WorkPrefix+"*"+contract.DocumentsPrefix, "s3:PutObject")
	s.Effect = "Deny"
	return s
}

func (c compute) webSocketReaches() []blocks.Statement {
	return []blocks.Statement{
		blocks.TenantItems("Connections", *c.data.Connections.ARN, "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
		c.tenantKey("dynamodb"),
	}
}

func (c compute) recordsReaches() []blocks.Statement {
	bucket := *c.data.DocumentsBucketARN
	readWrite := []string{"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"}
	return []blocks.Statement{
		c.tenantAgent(),
		blocks.TenantItems("Tickets", *c.data.Tickets.ARN, readWrite...),
		blocks.TenantItems("Conversations", *c.data.Conversations.ARN, "dynamodb:Query"),
		blocks.TenantItems("Metadata", *c.data.Metadata.ARN, append([]string{"dynamodb:DeleteItem"}, readWrite...)...),
		// Presigned uploads and downloads are signed with this role; downloads name
		// the version. Who deletes a document deletes each of its versions.
		blocks.TenantObjects("Documents", bucket, contract.DocumentsPrefix, "s3:DeleteObjectVersion", "s3:GetObjectVersion", "s3:PutObject"),
		blocks.TenantObjectVersions("Versions", bucket),
		c.tenantKey("dynamodb", "s3"),
	}
}

// tenantAgent is reading the tenant's agent, with the id of the tenant's API key.
func (c compute) tenantAgent() blocks.Statement {
	return blocks.TenantItems("Agent", *c.ai.Agents.ARN, "dynamodb:GetItem")
}

// tenantKey is the use of the platform's key for what the services store.
func (c compute) tenantKey(services ...string) blocks.Statement {
	return blocks.UseKey("Key", *c.foundation.KMSKeyARN, c.cfg.Account.Region, services...)
}
