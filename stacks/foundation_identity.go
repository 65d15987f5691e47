package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitousergroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitouserpool"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitouserpoolclient"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitouserpooldomain"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// Attributes of a person that the web client may read and write. The tenant is
// readable (it is in the token) and in no list of writable ones.
var (
	writableAttributes = []string{"email", "family_name", "given_name", "locale", "name", "zoneinfo"}
	readableAttributes = append([]string{contract.TenantClaim, "email_verified"}, writableAttributes...)
)

// addIdentity makes the user pool, its web client, its groups and the identity
// pool.
func addIdentity(stack cdktf.TerraformStack, cfg envs.Config, out *FoundationOutputs) {
	pool := newUserPool(stack, cfg)
	client := newWebClient(stack, cfg, pool)
	domain := cognitouserpooldomain.NewCognitoUserPoolDomain(stack, jsii.String("sign-in"), &cognitouserpooldomain.CognitoUserPoolDomainConfig{
		UserPoolId: pool.Id(), Domain: jsii.String(cfg.Identity.DomainPrefix),
	})
	descriptions := map[contract.Role]string{
		contract.RoleOperator: "FlowOps staff, who onboard tenants",
		contract.RoleAdmin:    "Administrators of a tenant",
		contract.RoleAgent:    "Support agents of a tenant",
	}
	for i, role := range contract.Roles {
		cognitousergroup.NewCognitoUserGroup(stack, jsii.String("group-"+string(role)), &cognitousergroup.CognitoUserGroupConfig{
			Name: jsii.String(string(role)), UserPoolId: pool.Id(), Description: jsii.String(descriptions[role]), Precedence: jsii.Number(i + 1),
		})
	}
	out.UserPoolID, out.UserPoolARN, out.UserPoolClientID = pool.Id(), pool.Arn(), client.Id()
	out.SignInURL = url(*domain.Domain(), ".auth.", cfg.Account.Region, ".amazoncognito.com")
	out.IdentityPoolID = addBrowserAccess(stack, cfg, *out.KMSKeyARN, client, pool)
}

func newUserPool(stack cdktf.TerraformStack, cfg envs.Config) cognitouserpool.CognitoUserPool {
	i := cfg.Identity
	protection, tier := "INACTIVE", "ESSENTIALS"
	if i.DeletionProtection {
		protection = "ACTIVE"
	}
	if i.AdvancedSecurityMode != "OFF" {
		tier = "PLUS" // threat protection is part of this feature plan
	}
	return cognitouserpool.NewCognitoUserPool(stack, jsii.String("users"), &cognitouserpool.CognitoUserPoolConfig{
		Name: jsii.String(cfg.Name("users")), UserPoolTier: jsii.String(tier), DeletionProtection: jsii.String(protection),
		UsernameAttributes: jsii.Strings("email"), AutoVerifiedAttributes: jsii.Strings("email"),
		UsernameConfiguration: &cognitouserpool.CognitoUserPoolUsernameConfiguration{CaseSensitive: false},
		PasswordPolicy: &cognitouserpool.CognitoUserPoolPasswordPolicy{
			MinimumLength: jsii.Number(i.PasswordMinLength), RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true,
			TemporaryPasswordValidityDays: jsii.Number(3), PasswordHistorySize: passwordHistory(i),
		},
		MfaConfiguration:              jsii.String(i.MFA),
		SoftwareTokenMfaConfiguration: &cognitouserpool.CognitoUserPoolSoftwareTokenMfaConfiguration{Enabled: true},
		UserPoolAddOns:                &cognitouserpool.CognitoUserPoolUserPoolAddOns{AdvancedSecurityMode: jsii.String(i.AdvancedSecurityMode)},
		AdminCreateUserConfig:         &cognitouserpool.CognitoUserPoolAdminCreateUserConfig{AllowAdminCreateUserOnly: true},
		AccountRecoverySetting: &cognitouserpool.CognitoUserPoolAccountRecoverySetting{
			RecoveryMechanism: []cognitouserpool.CognitoUserPoolAccountRecoverySettingRecoveryMechanism{{Name: jsii.String("verified_email"), Priority: jsii.Number(1)}},
		},
		UserAttributeUpdateSettings: &cognitouserpool.CognitoUserPoolUserAttributeUpdateSettings{AttributesRequireVerificationBeforeUpdate: jsii.Strings("email")},
		DeviceConfiguration:         &cognitouserpool.CognitoUserPoolDeviceConfiguration{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true},
		// The tenant: set when the user is made, never changed.
		Schema: []cognitouserpool.CognitoUserPoolSchema{{
			Name: jsii.String(contract.TenantAttribute), AttributeDataType: jsii.String("String"), Mutable: false, Required: false, DeveloperOnlyAttribute: false,
			StringAttributeConstraints: &cognitouserpool.CognitoUserPoolSchemaStringAttributeConstraints{MinLength: jsii.String("3"), MaxLength: jsii.String("32")},
		}},
		// Cognito can neither change nor delete an attribute of the schema: without
		// this, an edit above would plan the replacement of the pool and lose
		// every user. A NEW attribute is added by hand, with the AWS CLI.
		Lifecycle: &cdktf.TerraformResourceLifecycle{IgnoreChanges: jsii.Strings("schema"), PreventDestroy: jsii.Bool(i.DeletionProtection)},
	})
}

// passwordHistory keeps people from going back to one of their last passwords;
// Cognito offers it with threat protection only.
func passwordHistory(i envs.Identity) *float64 {
	if i.AdvancedSecurityMode == "OFF" {
		return nil
	}
	return jsii.Number(5)
}

func newWebClient(stack cdktf.TerraformStack, cfg envs.Config, pool cognitouserpool.CognitoUserPool) cognitouserpoolclient.CognitoUserPoolClient {
	i := cfg.Identity
	return cognitouserpoolclient.NewCognitoUserPoolClient(stack, jsii.String("web"), &cognitouserpoolclient.CognitoUserPoolClientConfig{
		Name: jsii.String(cfg.Name("web")), UserPoolId: pool.Id(),
		GenerateSecret: false, // a browser can't keep one: code with PKCE instead
		// No plain password flow: what the client sends proves the password without holding it.
		ExplicitAuthFlows:          jsii.Strings("ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
		SupportedIdentityProviders: jsii.Strings("COGNITO"), AllowedOauthFlowsUserPoolClient: true,
		AllowedOauthFlows: jsii.Strings("code"), AllowedOauthScopes: jsii.Strings("email", "openid", "profile"),
		CallbackUrls: jsii.Strings(i.CallbackURLs...), LogoutUrls: jsii.Strings(i.LogoutURLs...),
		PreventUserExistenceErrors: jsii.String("ENABLED"), EnableTokenRevocation: true, AuthSessionValidity: jsii.Number(3),
		AccessTokenValidity: jsii.Number(i.IDTokenMinutes), IdTokenValidity: jsii.Number(i.IDTokenMinutes), RefreshTokenValidity: jsii.Number(i.RefreshTokenHours),
		TokenValidityUnits: []cognitouserpoolclient.CognitoUserPoolClientTokenValidityUnits{{
			AccessToken: jsii.String("minutes"), IdToken: jsii.String("minutes"), RefreshToken: jsii.String("hours"),
		}},
		ReadAttributes: jsii.Strings(readableAttributes...), WriteAttributes: jsii.Strings(writableAttributes...),
	})
}
