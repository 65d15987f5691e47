package isolation

// reasons are the methods that roles have, and why they lead nowhere.
var reasons = []granted{
	{"agent-invoke", "sts:AssumeRole", "role/agent-invoke-tenant", "", ownTenantRole},
	{"agent-invoke", "sts:TagSession", "role/agent-invoke-tenant", "", ownTenantRole},
	{"agent-provisioner", "sts:AssumeRole", "role/agent-provisioner-tenant", "", ownTenantRole},
	{"agent-provisioner", "sts:TagSession", "role/agent-provisioner-tenant", "", ownTenantRole},
	{"data-erasure", "sts:AssumeRole", "role/data-erasure-tenant", "", ownTenantRole},
	{"data-erasure", "sts:TagSession", "role/data-erasure-tenant", "", ownTenantRole},
	{"document-ingestion", "sts:AssumeRole", "role/document-ingestion-tenant", "", ownTenantRole},
	{"document-ingestion", "sts:TagSession", "role/document-ingestion-tenant", "", ownTenantRole},
	{"records", "sts:AssumeRole", "role/records-tenant", "", ownTenantRole},
	{"records", "sts:TagSession", "role/records-tenant", "", ownTenantRole},
	{"safe-actions", "sts:AssumeRole", "role/safe-actions-tenant", "", ownTenantRole},
	{"safe-actions", "sts:TagSession", "role/safe-actions-tenant", "", ownTenantRole},
	{"websocket", "sts:AssumeRole", "role/websocket-tenant", "", ownTenantRole},
	{"websocket", "sts:TagSession", "role/websocket-tenant", "", ownTenantRole},
	{"search-admin", "sts:AssumeRole", "role/search-master", "", "The function is there to administer the search domain; it can do nothing else."},

	{"agent-provisioner", "iam:CreateRole", "role/flowops/tenants/tenant-*", "as the provisioner does", "It makes tenants' roles: below the path, with the boundary, and with the tag of the tenant that the name ends in."},
	{"agent-provisioner", "iam:CreateRole", "role/flowops/tenants/tenant-globex", "for another tenant", "globex's role with globex's tag: what the provisioner does."},
	{"agent-provisioner", "iam:PutRolePolicy", "role/flowops/tenants/tenant-*", "with the boundary", "Whatever policy a tenant's role has, the boundary leaves it no more than its own tenant's."},
	{"agent-provisioner", "iam:DeleteRolePolicy", "role/flowops/tenants/tenant-*", "with the boundary", "A role without a policy may do nothing."},
	{"agent-provisioner", "iam:DeleteRole", "role/flowops/tenants/tenant-*", "", "Removing a tenant removes its role; another made in its place is under the same conditions."},
	{"agent-provisioner", "iam:TagRole", "role/flowops/tenants/tenant-*", "first tags", "A role is made with its tenant's tag, and a tag that is there stays as it is."},
	{"agent-provisioner", "bedrock-agentcore:TagResource", "runtime/*", "first tags", "A runtime is made with its tenant's tag, and a tag that is there stays as it is."},
	{"agent-provisioner", "iam:PassRole", "role/flowops/tenants/tenant-*", "to bedrock-agentcore.amazonaws.com", "AgentCore runs a tenant's agent under the tenant's bounded role; to no other service, and no other role."},
	{"agent-provisioner", "lambda:InvokeFunction", "function:search-admin:live", "", "It asks search-admin for a tenant's alias; that function's requests know nothing but aliases and mappings."},
	{"agent-provisioner", "states:StartExecution", "stateMachine:erasure", "", "It starts the erasure of a tenant's data; the machine's steps do nothing but what the tenant's own record, which the provisioner writes with the tenant's tag, says is to be done."},
	{"agent-provisioner", "cognito-idp:AdminCreateUser", "userpool/*", "", makesAdministrators},
	{"agent-provisioner", "cognito-idp:AdminAddUserToGroup", "userpool/*", "", makesAdministrators},

	{"websocket", "lambda:InvokeFunction", "function:agent-invoke:live", "", "It hands a chat message on; agent-invoke reads the tenant from what the authorizer verified."},
	{"records", "states:SendTaskSuccess", "stateMachine:ingestion", "", "A decision on a document ends the wait of its ingestion, by the token that the tenant's own item holds."},
	{"uploads", "states:StartExecution", "stateMachine:ingestion", "", "EventBridge starts ingestion for an upload; the machine runs under its own role."},
	{"ingestion", "states:StartExecution", "stateMachine:ingestion", "", "The distributed map starts its children, executions of the same machine under the same role."},
	{"ingestion", "lambda:InvokeFunction", "function:document-ingestion:live", "", "The machine's steps are this function's."},
	{"ingestion", "logs:PutResourcePolicy", "[*]", "", deliversLogs},
	{"erasure", "lambda:InvokeFunction", "function:data-erasure:live", "", "The machine's steps are this function's."},
	{"erasure", "logs:PutResourcePolicy", "[*]", "", deliversLogs},
	{"*", "events:PutEvents", "event-bus/events", "as the platform", "Events tell of what was done, under a source of the platform's own; those who are told read what it is about with the tenant's tag."},
}

const (
	deliversLogs        = "Step Functions sets up the delivery of the machine's log in the role's name, and CloudWatch Logs gives these actions no resource. Such a policy lets services write to logs; it lets nobody read."
	ownTenantRole       = "A function takes its own tenant access role, for one tenant a session, on the conditions of that role's trust policy."
	makesAdministrators = "It makes a tenant's first administrator, for operators. Cognito has no condition on groups or attributes; the function names both, and the audit records it."
)
