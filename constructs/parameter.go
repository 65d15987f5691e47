package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ssmparameter"
)

// NewParameter publishes a value for running code under an SSM path, encrypted
// with the platform's key.
func NewParameter(scope constructs.Construct, id, name, description string, value, keyARN *string) ssmparameter.SsmParameter {
	require(given(keyARN), scope, id, "a parameter needs a customer-managed key")
	require(given(value), scope, id, "a parameter needs a value")
	return ssmparameter.NewSsmParameter(scope, jsii.String(id), &ssmparameter.SsmParameterConfig{
		Name: jsii.String(name), Description: jsii.String(description), Type: jsii.String("SecureString"), KeyId: keyARN, Value: value,
	})
}
