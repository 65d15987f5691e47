package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitoidentitypool"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitoidentitypoolproviderprincipaltag"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitoidentitypoolrolesattachment"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitouserpool"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitouserpoolclient"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// addBrowserAccess makes the identity pool: a signed-in person of a tenant may
// read that tenant's documents from a browser, and nobody else anything.
func addBrowserAccess(stack cdktf.TerraformStack, cfg envs.Config, keyARN string, client cognitouserpoolclient.CognitoUserPoolClient, users cognitouserpool.CognitoUserPool) *string {
	provider := "cognito-idp." + cfg.Account.Region + ".amazonaws.com/" + *users.Id()
	pool := cognitoidentitypool.NewCognitoIdentityPool(stack, jsii.String("browsers"), &cognitoidentitypool.CognitoIdentityPoolConfig{
		IdentityPoolName: jsii.String(cfg.Name("browsers")), AllowUnauthenticatedIdentities: false, AllowClassicFlow: false,
		CognitoIdentityProviders: []cognitoidentitypool.CognitoIdentityPoolCognitoIdentityProviders{{
			ClientId: client.Id(), ProviderName: jsii.String(provider), ServerSideTokenCheck: true, // a signed-out person's token is refused
		}},
	})
	role := blocks.NewRole(stack, "browser-role", blocks.RoleProps{
		Name: cfg.Name("browser"), Description: "Signed-in people of a tenant, from a browser",
		Trust: []blocks.Statement{browserTrust(*pool.Id())}, Permissions: browserPermissions(cfg, keyARN),
	})
	cognitoidentitypoolproviderprincipaltag.NewCognitoIdentityPoolProviderPrincipalTag(stack, jsii.String("browser-tags"),
		&cognitoidentitypoolproviderprincipaltag.CognitoIdentityPoolProviderPrincipalTagConfig{
			IdentityPoolId: pool.Id(), IdentityProviderName: jsii.String(provider), UseDefaults: false,
			PrincipalTags: &map[string]*string{contract.TenantTag: jsii.String(contract.TenantClaim)},
		})
	var rules []cognitoidentitypoolrolesattachment.CognitoIdentityPoolRolesAttachmentRoleMappingMappingRule
	for _, r := range []contract.Role{contract.RoleAdmin, contract.RoleAgent} {
		rules = append(rules, cognitoidentitypoolrolesattachment.CognitoIdentityPoolRolesAttachmentRoleMappingMappingRule{
			Claim: jsii.String("cognito:groups"), MatchType: jsii.String("Contains"), Value: jsii.String(string(r)), RoleArn: role.Resource.Arn(),
		})
	}
	cognitoidentitypoolrolesattachment.NewCognitoIdentityPoolRolesAttachment(stack, jsii.String("browser-roles"),
		&cognitoidentitypoolrolesattachment.CognitoIdentityPoolRolesAttachmentConfig{
			IdentityPoolId: pool.Id(), Roles: &map[string]*string{"authenticated": role.Resource.Arn()},
			RoleMapping: []cognitoidentitypoolrolesattachment.CognitoIdentityPoolRolesAttachmentRoleMapping{{
				IdentityProvider: jsii.String(provider + ":" + *client.Id()), Type: jsii.String("Rules"),
				AmbiguousRoleResolution: jsii.String("Deny"), // in neither group: no credentials
				MappingRule:             rules,
			}},
		})
	return pool.Id()
}

// browserTrust lets signed-in people of the identity pool take the role, with
// their tenant's tag. An operator's token has no tenant, and so is refused.
func browserTrust(pool string) blocks.Statement {
	s := blocks.Statement{Sid: "SignedIn", Effect: "Allow", Actions: []string{"sts:AssumeRoleWithWebIdentity", "sts:TagSession"}}.
		To("Federated", "cognito-identity.amazonaws.com").
		If("StringEquals", "cognito-identity.amazonaws.com:aud", pool).
		If("ForAnyValue:StringLike", "cognito-identity.amazonaws.com:amr", "authenticated")
	return blocks.RequireTenantTag(s)
}

// browserPermissions is reading the tenant's own documents. The bucket is of a
// later stack: its name is known from the configuration.
func browserPermissions(cfg envs.Config, keyARN string) []blocks.Statement {
	bucket := cfg.BucketARN(cfg.BucketName(documentsBucket))
	return []blocks.Statement{
		blocks.TenantObjects("ReadDocuments", bucket, contract.DocumentsPrefix, "s3:GetObject"),
		blocks.UseKey("DocumentsKey", keyARN, cfg.Account.Region, "s3"),
	}
}
