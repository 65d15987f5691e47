package constructs

import (
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/synth"
)

var keyARN = jsii.String("arn:aws:kms:eu-central-1:111111111111:key/k")

func goodBucket() SecureBucketProps {
	return SecureBucketProps{
		Name: "b", ARN: "arn:aws:s3:::b", KeyARN: keyARN, AccessLogBucket: jsii.String("logs"),
		Lifecycle: []LifecycleRule{{ID: "uploads", AbortIncompleteUploads: 7}},
	}
}

func goodTable() TenantTableProps {
	return TenantTableProps{Schema: contract.Tickets, Name: "t", KeyARN: keyARN}
}

func goodFunction(t testing.TB) FunctionProps {
	return FunctionProps{
		Function: contract.WebSocketAuthorizer, Where: Where{"aws", "111111111111", "eu-central-1", "flowops-dev"}, Bundle: synth.File(t, "bundle.zip"), KeyARN: keyARN,
		MemoryMB: 256, TimeoutSec: 10, LogLevel: "INFO", LogRetentionDays: 14, DeadLetterDays: 14, AsyncMaxAgeSeconds: 60,
		Environment: map[string]*string{
			contract.EnvEnvironment: jsii.String("dev"), contract.EnvLogLevel: jsii.String("INFO"), contract.EnvMetricNamespace: jsii.String("FlowOps"),
			contract.EnvUserPoolID: jsii.String("pool"), contract.EnvUserPoolClientID: jsii.String("client"),
		},
	}
}

// A construct used wrongly says which one it is and what is wrong.
func TestMisuseNamesTheConstruct(t *testing.T) {
	for name, c := range map[string]struct {
		build func(stack cdktf.TerraformStack)
		want  string
	}{
		"bucket without a key": {func(s cdktf.TerraformStack) { p := goodBucket(); p.KeyARN = nil; NewSecureBucket(s, "x", p) }, "KeyARN is not set"},
		"bucket without access logs": {func(s cdktf.TerraformStack) {
			p := goodBucket()
			p.AccessLogBucket = nil
			NewSecureBucket(s, "x", p)
		}, "AccessLogBucket is not set"},
		"bucket without a lifecycle": {func(s cdktf.TerraformStack) { p := goodBucket(); p.Lifecycle = nil; NewSecureBucket(s, "x", p) }, "lifecycle"},
		"bucket with a long name": {func(s cdktf.TerraformStack) {
			p := goodBucket()
			p.Name = strings.Repeat("b", 64)
			NewSecureBucket(s, "x", p)
		}, "63 characters"},
		"table without a key": {func(s cdktf.TerraformStack) { p := goodTable(); p.KeyARN = nil; NewTenantTable(s, "x", p) }, "KeyARN is not set"},
		"table without a tenant": {func(s cdktf.TerraformStack) {
			p := goodTable()
			p.Schema.PK.Pattern = "TICKET#<id>"
			NewTenantTable(s, "x", p)
		}, `must be "TENANT#<t>"`},
		"index without a tenant": {func(s cdktf.TerraformStack) {
			p := goodTable()
			p.Schema.Indexes = []contract.Index{{Name: "GSI9", PK: contract.Attribute{Name: "A", Pattern: "STATUS#<s>"}, SK: contract.Attribute{Name: "B", Pattern: "x"}}}
			NewTenantTable(s, "x", p)
		}, "index GSI9"},
		"key without a policy": {func(s cdktf.TerraformStack) {
			NewSecureKey(s, "x", SecureKeyProps{RotationDays: 365, DeletionWindowDays: 7})
		}, "key policy"},
		"key that is never rotated": {func(s cdktf.TerraformStack) {
			NewSecureKey(s, "x", SecureKeyProps{Policy: []Statement{AccountKeyPolicy("aws", "1")}, DeletionWindowDays: 7})
		}, "rotation"},
		"key with a short window": {func(s cdktf.TerraformStack) {
			NewSecureKey(s, "x", SecureKeyProps{Policy: []Statement{AccountKeyPolicy("aws", "1")}, RotationDays: 365, DeletionWindowDays: 1})
		}, "window"},
		"queue without a key": {func(s cdktf.TerraformStack) { NewDeadLetterQueue(s, "x", DeadLetterQueueProps{RetentionDays: 14}) }, "KeyARN is not set"},
		"queue for any account": {func(s cdktf.TerraformStack) {
			NewDeadLetterQueue(s, "x", DeadLetterQueueProps{KeyARN: keyARN, RetentionDays: 14, Senders: []string{"events.amazonaws.com"}})
		}, "account"},
		"queue that keeps for ever": {func(s cdktf.TerraformStack) {
			NewDeadLetterQueue(s, "x", DeadLetterQueueProps{KeyARN: keyARN, RetentionDays: 15})
		}, "1 to 14 days"},
		"log group without a key":     {func(s cdktf.TerraformStack) { NewLogGroup(s, "x", "/a", nil, 14) }, "key"},
		"log group that never ends":   {func(s cdktf.TerraformStack) { NewLogGroup(s, "x", "/a", keyARN, 0) }, "retention"},
		"role for nobody":             {func(s cdktf.TerraformStack) { NewRole(s, "x", RoleProps{Name: "r"}) }, "trust policy"},
		"role with a long name":       {func(s cdktf.TerraformStack) { NewRole(s, "x", RoleProps{Name: strings.Repeat("r", 65)}) }, "64 characters"},
		"tenant access for everybody": {func(s cdktf.TerraformStack) { NewTenantAccess(s, "x", TenantAccessProps{Name: "r"}) }, "the role that may take it"},
		"alarm that tells nobody":     {func(s cdktf.TerraformStack) { NewAlarm(s, "x", AlarmProps{Name: "a"}) }, "TopicARN is not set"},
		"function without a key":      {func(s cdktf.TerraformStack) { p := goodFunction(t); p.KeyARN = nil; NewFunction(s, "x", p) }, "KeyARN is not set"},
		"function without a bundle":   {func(s cdktf.TerraformStack) { p := goodFunction(t); p.Bundle = ""; NewFunction(s, "x", p) }, "bundle"},
		"function without a variable": {func(s cdktf.TerraformStack) {
			p := goodFunction(t)
			delete(p.Environment, contract.EnvUserPoolID)
			NewFunction(s, "x", p)
		}, "its contract is"},
		"function with an empty variable": {func(s cdktf.TerraformStack) {
			p := goodFunction(t)
			p.Environment[contract.EnvUserPoolID] = jsii.String("")
			NewFunction(s, "x", p)
		}, "USER_POOL_ID is empty"},
		"function with tenant data that its contract does not name": {func(s cdktf.TerraformStack) {
			p := goodFunction(t)
			p.Tenant = []Statement{TenantItems("A", "arn", "dynamodb:GetItem")}
			NewFunction(s, "x", p)
		}, "TENANT_ROLE_ARN"},
		"chat function that is too small": {func(s cdktf.TerraformStack) { p := goodFunction(t); p.Function.Chat = true; NewFunction(s, "x", p) }, "at least 512 MB and 30 s"},
	} {
		t.Run(name, func(t *testing.T) {
			var got any
			synth.Documents(t, func(app cdktf.App) {
				stack := synth.Stack(app, "stack")
				defer func() { got = recover() }()
				c.build(stack)
			})
			usage, ok := got.(*UsageError)
			if !ok {
				t.Fatalf("got %v, want a *UsageError", got)
			}
			if usage.Path != "stack/x" || !strings.Contains(usage.Error(), c.want) {
				t.Errorf("got %v, want stack/x and %q", usage, c.want)
			}
		})
	}
}
