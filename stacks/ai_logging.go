package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/bedrockmodelinvocationloggingconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogdataprotectionpolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// addInvocationLogging logs every call of a model, for usage and cost. Prompts
// and answers are logged as Bedrock got them, before the guardrail masks
// anything, so the log group masks personal data for whoever reads it. There is
// no bucket for bodies above 100 KB: it would hold them without that mask.
func (a *aiStack) addInvocationLogging() {
	name := "/aws/bedrock/" + a.cfg.Name("model-invocations")
	group := blocks.NewLogGroup(a.stack, "model-invocations", name, a.foundation.KMSKeyARN, a.cfg.AI.InvocationLogDays)
	cloudwatchlogdataprotectionpolicy.NewCloudwatchLogDataProtectionPolicy(a.stack, jsii.String("model-invocations-mask"),
		&cloudwatchlogdataprotectionpolicy.CloudwatchLogDataProtectionPolicyConfig{
			LogGroupName: group.Name(), PolicyDocument: jsii.String(blocks.JSON(maskPolicy(a.cfg, "model-invocations"))),
		})
	role := blocks.NewRole(a.stack, "model-invocations-role", blocks.RoleProps{
		Name: a.cfg.Name("model-invocations"), Description: "Bedrock writes the invocation log",
		Trust: []blocks.Statement{
			blocks.ServiceTrust("bedrock.amazonaws.com", a.cfg.Account.ID).If("ArnLike", "aws:SourceArn", a.cfg.ARN("bedrock", "*")),
		},
		Permissions: []blocks.Statement{
			blocks.Allow("Log", []string{"logs:CreateLogStream", "logs:PutLogEvents"},
				[]string{a.cfg.ARN("logs", "log-group:"+name+":log-stream:aws/bedrock/modelinvocations")}),
		},
	})
	bedrockmodelinvocationloggingconfiguration.NewBedrockModelInvocationLoggingConfiguration(a.stack, jsii.String("model-invocation-logging"),
		&bedrockmodelinvocationloggingconfiguration.BedrockModelInvocationLoggingConfigurationConfig{
			LoggingConfig: &bedrockmodelinvocationloggingconfiguration.BedrockModelInvocationLoggingConfigurationLoggingConfig{
				CloudwatchConfig: &bedrockmodelinvocationloggingconfiguration.BedrockModelInvocationLoggingConfigurationLoggingConfigCloudwatchConfig{
					LogGroupName: group.Name(), RoleArn: role.Resource.Arn(),
				},
				TextDataDeliveryEnabled: true, EmbeddingDataDeliveryEnabled: true,
				// Each is on unless said otherwise; the product sends no pictures and no films.
				ImageDataDeliveryEnabled: false, VideoDataDeliveryEnabled: false,
			},
			// Bedrock tries the role out when it is told of it.
			DependsOn: &[]cdktf.ITerraformDependable{role.Policy},
		})
	a.out.InvocationLogGroup = group.Name()
}

// maskedData is what the log group masks: managed identifiers of CloudWatch
// Logs data protection. Names and addresses are left out: they match prose.
var maskedData = []string{
	"AwsSecretKey", "BankAccountNumber-DE", "BankAccountNumber-ES", "BankAccountNumber-FR", "BankAccountNumber-GB",
	"BankAccountNumber-IT", "BankAccountNumber-US", "CreditCardExpiration", "CreditCardNumber", "CreditCardSecurityCode", "EmailAddress",
	"IpAddress", "PhoneNumber-DE", "PhoneNumber-ES", "PhoneNumber-FR", "PhoneNumber-GB", "PhoneNumber-IT", "PhoneNumber-US", "Ssn-US",
}

// maskPolicy is a data protection policy: personal data in a log group is
// counted, and shown masked.
func maskPolicy(cfg envs.Config, name string) map[string]any {
	identifiers := make([]string, len(maskedData))
	for i, kind := range maskedData {
		identifiers[i] = "arn:" + cfg.Partition() + ":dataprotection::aws:data-identifier/" + kind
	}
	statement := func(sid string, operation map[string]any) map[string]any {
		return map[string]any{"Sid": sid, "DataIdentifier": identifiers, "Operation": operation}
	}
	return map[string]any{
		"Name": name, "Version": "2021-06-01",
		"Statement": []any{
			statement("Count", map[string]any{"Audit": map[string]any{"FindingsDestination": map[string]any{}}}),
			statement("Mask", map[string]any{"Deidentify": map[string]any{"MaskConfig": map[string]any{}}}),
		},
	}
}
