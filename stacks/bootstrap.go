package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// BootstrapOutputs is what bootstrap tells people.
type BootstrapOutputs struct {
	StateBucket *string `doc:"Bucket of the Terraform state" for:"people who set an environment up"`
	StateKeyARN *string `doc:"Key that encrypts the Terraform state" for:"people who set an environment up"`
}

// BootstrapOutdir is where bootstrap is synthesized into, below the project. Its
// own state is a local file beside that, .bootstrap/<prefix>.tfstate, which no
// synth touches.
const BootstrapOutdir = ".bootstrap/out"

// NewBootstrap makes the bucket that the other stacks keep their state in.
func NewBootstrap(scope constructs.Construct, id string, cfg envs.Config) (cdktf.TerraformStack, BootstrapOutputs) {
	stack := newStackWithoutState(scope, id, cfg)
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../" + cfg.Prefix() + ".tfstate")})
	key := blocks.NewSecureKey(stack, "key", blocks.SecureKeyProps{
		Alias: cfg.Name("tfstate"), Description: "Encrypts the Terraform state of " + cfg.Prefix(),
		Policy:       []blocks.Statement{blocks.AccountKeyPolicy(cfg.Partition(), cfg.Account.ID)},
		RotationDays: cfg.Keys.RotationDays, DeletionWindowDays: 30, PreventDestroy: true,
	})
	days := cfg.Storage.IncompleteUploadDays
	logs := blocks.NewSecureBucket(stack, "access-logs", blocks.SecureBucketProps{
		Name: cfg.BucketName("tfstate-logs"), ARN: cfg.BucketARN(cfg.BucketName("tfstate-logs")), TakesAccessLogs: cfg.Account.ID, PreventDestroy: true,
		Lifecycle: []blocks.LifecycleRule{{ID: "expire", Expire: 365, NoncurrentExpire: 1, AbortIncompleteUploads: days}},
	})
	state := blocks.NewSecureBucket(stack, "state", blocks.SecureBucketProps{
		Name: cfg.StateBucket(), ARN: cfg.BucketARN(cfg.StateBucket()), KeyARN: key.Key.Arn(), AccessLogBucket: logs.Bucket.Id(), PreventDestroy: true,
		KeyAliasARN: cfg.StateKeyARN(), // as the backends of the other stacks name it
		// Every version of a state is kept for a year after it was replaced.
		Lifecycle: []blocks.LifecycleRule{{ID: "state", NoncurrentExpire: 365, AbortIncompleteUploads: days}},
	})
	return stack, export(stack, BootstrapOutputs{StateBucket: state.Bucket.Id(), StateKeyARN: key.Key.Arn()})
}
