package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// SecureKeyProps is a customer-managed key.
type SecureKeyProps struct {
	Alias              string // without "alias/"
	Description        string
	Policy             []Statement
	RotationDays       int  // 90 to 2560; ignored for an HMAC key, which KMS does not rotate
	DeletionWindowDays int  // 7 to 30
	HMAC               bool // a key that makes codes, not one that encrypts
	PreventDestroy     bool // Terraform refuses to destroy it
}

// SecureKey is a customer-managed key with rotation and an alias.
type SecureKey struct {
	constructs.Construct
	Key   kmskey.KmsKey
	Alias kmsalias.KmsAlias
}

// NewSecureKey makes a key.
func NewSecureKey(scope constructs.Construct, id string, props SecureKeyProps) SecureKey {
	require(len(props.Policy) > 0, scope, id, "a key needs a key policy")
	require(props.HMAC || (props.RotationDays >= 90 && props.RotationDays <= 2560), scope, id, "rotation is every 90 to 2560 days, not %d", props.RotationDays)
	require(props.DeletionWindowDays >= 7 && props.DeletionWindowDays <= 30, scope, id, "the deletion window is 7 to 30 days, not %d", props.DeletionWindowDays)
	k := SecureKey{Construct: group(scope, id)}
	config := &kmskey.KmsKeyConfig{
		Description: jsii.String(props.Description), DeletionWindowInDays: jsii.Number(props.DeletionWindowDays),
		Policy:    jsii.String(Document(props.Policy...)),
		Lifecycle: &cdktf.TerraformResourceLifecycle{PreventDestroy: jsii.Bool(props.PreventDestroy)},
	}
	if props.HMAC {
		config.CustomerMasterKeySpec = jsii.String("HMAC_256")
		config.KeyUsage = jsii.String("GENERATE_VERIFY_MAC")
	} else {
		config.EnableKeyRotation = true
		config.RotationPeriodInDays = jsii.Number(props.RotationDays)
	}
	if !props.PreventDestroy {
		config.Lifecycle = nil
	}
	k.Key = kmskey.NewKmsKey(k.Construct, jsii.String("key"), config)
	k.Alias = kmsalias.NewKmsAlias(k.Construct, jsii.String("alias"), &kmsalias.KmsAliasConfig{
		Name: jsii.String("alias/" + props.Alias), TargetKeyId: k.Key.KeyId(),
	})
	return k
}
