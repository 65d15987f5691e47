package world

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/flowops/flowops/contract"
)

// Operator is who onboards tenants.
var Operator = Person{Name: "operator", Role: contract.RoleOperator}

// Tenant is a tenant's agent, as its onboarding answered.
func (w *World) Tenant(id string) contract.AgentConfiguration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tenants[id]
}

// addPlans makes the usage plans that the API stack would make, and says where
// they are as it would.
func (w *World) addPlans(ctx context.Context) error {
	ids := map[string]string{}
	for _, tier := range w.Config.API.Tiers {
		plan, err := apigateway.NewFromConfig(w.AWS).CreateUsagePlan(ctx, &apigateway.CreateUsagePlanInput{Name: aws.String(w.Config.Name(tier.Name))})
		if err != nil {
			return err
		}
		ids[tier.Name] = *plan.Id
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	_, err = ssm.NewFromConfig(w.AWS).PutParameter(ctx, &ssm.PutParameterInput{
		Name:  aws.String(contract.ParameterPath(w.Config.Project, w.Config.Environment) + "/" + contract.ParameterUsagePlans),
		Value: aws.String(string(text)), Type: ssmtypes.ParameterTypeString,
	})
	return err
}

// Onboard onboards a tenant, as an operator does: by one request, that is sent
// again until the tenant is ready.
func (w *World) Onboard(ctx context.Context, tenant string) error {
	body := fmt.Sprintf(`{"tenantId":%q,"name":%q,"tier":%q,"adminEmail":"admin@%s.example"}`, tenant, "Agent of "+tenant, w.Config.API.Tiers[0].Name, tenant)
	for range 20 {
		answer, err := w.Send(ctx, Operator, http.MethodPost, "/agents", body, nil)
		if err != nil {
			return err
		}
		var ready contract.TenantAgent
		if err := json.Unmarshal([]byte(answer.Body), &ready); err != nil {
			return fmt.Errorf("%w: %s", err, answer.Body)
		}
		switch answer.StatusCode {
		case http.StatusAccepted:
			continue
		case http.StatusOK, http.StatusCreated:
			w.mu.Lock()
			defer w.mu.Unlock()
			w.tenants[tenant] = ready.AgentConfiguration
			return nil
		}
		return fmt.Errorf("onboarding %s is answered %d: %s", tenant, answer.StatusCode, answer.Body)
	}
	return fmt.Errorf("%s is never ready", tenant)
}
