package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/flowops/flowops/contract"
)

// keyType is the only type of key that a usage plan takes (CreateUsagePlanKey).
const keyType = "API_KEY"

// plans are the ids of the usage plans by tier, as the API's stack published
// them.
func (h handler) plans(ctx context.Context) (map[string]string, error) {
	out, err := h.aws.parameters.GetParameter(ctx, &ssm.GetParameterInput{
		Name: aws.String(h.settings.parameters + "/" + contract.ParameterUsagePlans), WithDecryption: aws.Bool(true),
	})
	if err != nil {
		return nil, fmt.Errorf("look for the usage plans: %w", err)
	}
	plans := map[string]string{}
	if out.Parameter == nil || json.Unmarshal([]byte(aws.ToString(out.Parameter.Value)), &plans) != nil || len(plans) == 0 {
		return nil, errors.New("look for the usage plans: the parameter holds none")
	}
	return plans, nil
}

// ensurePlan has the tenant's key in the usage plan of the tier and in no other.
// It leaves the others first: API Gateway takes a key into one plan of a stage.
// In between the key opens nothing.
func (j *job) ensurePlan(ctx context.Context, tier string) error {
	plans, err := j.plans(ctx)
	if err != nil {
		return err
	}
	want, ok := plans[tier]
	if !ok {
		return fmt.Errorf("the tier %q has no usage plan", tier)
	}
	in, err := j.plansOfKey(ctx, plans)
	if err != nil {
		return err
	}
	for _, plan := range in {
		if plan == want {
			continue
		}
		_, err := j.aws.keys.DeleteUsagePlanKey(ctx, &apigateway.DeleteUsagePlanKeyInput{UsagePlanId: aws.String(plan), KeyId: aws.String(j.record.APIKeyID)})
		var none *gatewaytypes.NotFoundException
		if err != nil && !errors.As(err, &none) {
			return fmt.Errorf("leave a usage plan: %w", err)
		}
	}
	if slices.Contains(in, want) {
		return nil
	}
	if _, err := j.aws.keys.CreateUsagePlanKey(ctx, &apigateway.CreateUsagePlanKeyInput{
		UsagePlanId: aws.String(want), KeyId: aws.String(j.record.APIKeyID), KeyType: aws.String(keyType),
	}); err != nil {
		return fmt.Errorf("join the usage plan: %w", err)
	}
	return nil
}

// plansOfKey are the usage plans that the tenant's key is in.
func (j *job) plansOfKey(ctx context.Context, plans map[string]string) ([]string, error) {
	var in []string
	for _, tier := range slices.Sorted(maps.Keys(plans)) {
		_, err := j.aws.keys.GetUsagePlanKey(ctx, &apigateway.GetUsagePlanKeyInput{UsagePlanId: aws.String(plans[tier]), KeyId: aws.String(j.record.APIKeyID)})
		var none *gatewaytypes.NotFoundException
		switch {
		case errors.As(err, &none):
		case err != nil:
			return nil, fmt.Errorf("look for the key's usage plan: %w", err)
		default:
			in = append(in, plans[tier])
		}
	}
	return in, nil
}
