package stacks

import (
	"github.com/aws/jsii-runtime-go"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// addDataErasure makes the function that exports and erases the data of a tenant
// that goes, and the state machine that does its steps. Its execution role reaches
// no tenant data, as no function's does.
func (a *aiStack) addDataErasure() blocks.StateMachine {
	cfg := a.cfg
	props := functionProps(cfg, a.artifacts, contract.DataErasure, a.foundation.KMSKeyARN)
	props.Description = "Exports and erases the data of a tenant that goes"
	props.MemoryMB, props.TimeoutSec = 512, int(contract.TenantDataTimeout.Seconds())
	props.Permissions, props.Tenant = []blocks.Statement{putEvents(cfg)}, a.dataErasureReaches()
	for name, value := range map[string]*string{
		contract.EnvTicketsTable:     a.data.Tickets.Name,
		contract.EnvConversations:    a.data.Conversations.Name,
		contract.EnvMetadataTable:    a.data.Metadata.Name,
		contract.EnvConnectionsTable: a.data.Connections.Name,
		contract.EnvAgentsTable:      a.out.Agents.Name,
		contract.EnvAuditTable:       a.data.Audit.Name,
		contract.EnvDocumentsBucket:  a.data.DocumentsBucket,
		contract.EnvEventBus:         jsii.String(cfg.EventBusName()),
	} {
		props.Environment[name] = value
	}
	f := blocks.NewFunction(a.stack, contract.DataErasure.Name, props)
	a.out.DataErasure = functionOutputs(f)
	function := *f.Alias.Arn()
	machine := blocks.NewStateMachine(a.stack, "erasure", blocks.StateMachineProps{
		Where: where(cfg), Name: cfg.DataMachineName(), Workflow: erasureWorkflow(cfg, function, cfg.EventBusName()), KeyARN: a.foundation.KMSKeyARN,
		LogLevel: cfg.Events.WorkflowLogLevel, LogRetentionDays: cfg.Functions.LogRetention,
		Permissions: []blocks.Statement{
			blocks.Allow("Steps", []string{"lambda:InvokeFunction"}, []string{function}),
			putEvents(cfg),
		},
	})
	a.out.DataMachineARN = machine.Resource.Arn()
	return machine
}

// dataErasureReaches is what the function may do with one tenant's data.
func (a *aiStack) dataErasureReaches() []blocks.Statement {
	d, bucket := a.data, *a.data.DocumentsBucketARN
	statements := []blocks.Statement{
		// What is there is read and written down, and deleted: nothing is changed.
		blocks.TenantItems("Agents", *a.out.Agents.ARN, "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"),
		blocks.TenantItems("Audit", *d.Audit.ARN, "dynamodb:PutItem"),
		// By a version's id S3 asks for no s3:GetObject and no s3:DeleteObject (API
		// reference, CopyObject and DeleteObjects).
		blocks.TenantObjects("Documents", bucket, contract.DocumentsPrefix, "s3:GetObjectVersion"),
		blocks.TenantObjects("Objects", bucket, "", "s3:DeleteObjectVersion"),
		blocks.TenantObjectVersions("Versions", bucket),
		blocks.TenantExports("Exports", bucket, "s3:GetObject", "s3:PutObject"),
		blocks.UseKey("Key", *a.foundation.KMSKeyARN, a.cfg.Account.Region, "dynamodb", "s3"),
	}
	for _, table := range []struct {
		sid string
		TableOutputs
	}{{"Tickets", d.Tickets}, {"Conversations", d.Conversations}, {"Metadata", d.Metadata}, {"Connections", d.Connections}} {
		statements = append(statements, blocks.TenantItems(table.sid, *table.ARN, "dynamodb:BatchWriteItem", "dynamodb:Query"))
	}
	return statements
}

// erasureStatements lets the provisioner start the state machine and look how its
// executions go.
func erasureStatements(cfg envs.Config, machineARN string) []blocks.Statement {
	return []blocks.Statement{
		blocks.Allow("StartErasure", []string{"states:StartExecution"}, []string{machineARN}),
		blocks.Allow("WatchErasure", []string{"states:DescribeExecution"}, []string{cfg.ARN("states", "execution:"+cfg.DataMachineName()+":*")}),
	}
}
