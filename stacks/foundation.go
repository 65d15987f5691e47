package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// NewFoundation makes the stack that everything rests on: the platform's keys,
// its people and, where the environment asks for it, its network.
func NewFoundation(scope constructs.Construct, id string, cfg envs.Config) (cdktf.TerraformStack, FoundationOutputs) {
	stack := newStack(scope, id, cfg)
	key := blocks.NewSecureKey(stack, "key", blocks.SecureKeyProps{
		Alias: cfg.Name("platform"), Description: "Encrypts everything that " + cfg.Prefix() + " stores",
		Policy: blocks.KeyPolicy(blocks.KeyPolicyProps{
			Partition: cfg.Partition(), Account: cfg.Account.ID, Region: cfg.Account.Region, Prefix: cfg.Prefix(), TrailARN: cfg.TrailARN(),
		}),
		RotationDays: cfg.Keys.RotationDays, DeletionWindowDays: cfg.Keys.DeletionWindowDays, PreventDestroy: cfg.Storage.DeletionProtection,
	})
	sessions := blocks.NewSecureKey(stack, "session-key", blocks.SecureKeyProps{
		Alias: cfg.Name("sessions"), Description: "Derives agent session ids and signs cursors", HMAC: true,
		Policy:             []blocks.Statement{blocks.AccountKeyPolicy(cfg.Partition(), cfg.Account.ID)},
		DeletionWindowDays: cfg.Keys.DeletionWindowDays,
	})
	out := FoundationOutputs{KMSKeyARN: key.Key.Arn(), SessionKeyARN: sessions.Key.Arn()}
	addIdentity(stack, cfg, &out)
	if cfg.Network.Enabled {
		addNetwork(stack, cfg, &out)
	}
	if cfg.Network.Enabled && cfg.Account.OwnsSingletons {
		addSearchLinkedRole(stack)
	}
	return stack, export(stack, out)
}

// url is an https URL made of parts, which may be tokens.
func url(parts ...string) *string {
	s := "https://"
	for _, p := range parts {
		s += p
	}
	return jsii.String(s)
}
