// Command searchadmin makes the vector index, its access control and tenants'
// aliases inside the search domain. Terraform invokes it at deploys that change
// its input, and agent-provisioner when a tenant comes or goes.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/start"
)

func main() { start.Lambda(contract.SearchAdmin, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[json.RawMessage, *contract.SearchReport], error) {
	account, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	role := in.Env[contract.EnvSearchMasterRole]
	domain, err := search.NewDomain(search.Config{
		Endpoint: in.Env[contract.EnvSearchEndpoint], Region: account.Region,
		TripAfter: -1, // it waits for a domain that is not there yet
	})
	if err != nil {
		return nil, err
	}
	return newHandler(in, domain.Master(masterCredentials(sts.NewFromConfig(account), role)), role).handle, nil
}

// masterCredentials are those of the domain's master role, kept until shortly
// before they expire.
func masterCredentials(client stscreds.AssumeRoleAPIClient, role string) aws.CredentialsProvider {
	provider := stscreds.NewAssumeRoleProvider(client, role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName, o.Duration = contract.SearchAdmin.Name, 15*time.Minute // the least that STS gives
	})
	return aws.NewCredentialsCache(provider, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = 2 * time.Minute })
}

// newHandler makes a handler that maps tenants' roles of the master's account.
func newHandler(in start.Input, master *search.Master, masterRole string) handler {
	account, _, _ := strings.Cut(masterRole, ":role/")
	return handler{
		log: in.Log, master: master, tenantRoles: account + ":role" + contract.TenantRolePath,
		waitFor: 35 * time.Second, reserve: 20 * time.Second, pause: time.Second,
	}
}
