package fakeaws

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// Gateway is the API keys of API Gateway and the usage plans of one stage.
// Several keys may have one name.
type Gateway struct {
	C     *Cloud
	Plans map[string][]string // ids of keys by the plan's id
	Keys  []types.ApiKey      // in the order in which they were made
}

func (g *Gateway) find(id *string) int {
	return slices.IndexFunc(g.Keys, func(k types.ApiKey) bool { return aws.ToString(k.Id) == aws.ToString(id) })
}

// CreateApiKey makes a key, whatever its name.
func (g *Gateway) CreateApiKey(_ context.Context, in *apigateway.CreateApiKeyInput, _ ...func(*apigateway.Options)) (*apigateway.CreateApiKeyOutput, error) {
	g.C.mu.Lock()
	defer g.C.mu.Unlock()
	after, err := g.C.begin("CreateApiKey")
	if err != nil {
		return nil, err
	}
	g.C.serial++
	id := fmt.Sprintf("key%06d", g.C.serial)
	g.Keys = append(g.Keys, types.ApiKey{Id: aws.String(id), Name: in.Name, Enabled: in.Enabled, Value: aws.String("value-of-" + id), CreatedDate: aws.Time(time.Unix(int64(g.C.serial), 0))})
	if after != nil {
		return nil, after
	}
	return &apigateway.CreateApiKeyOutput{Id: aws.String(id), Value: aws.String("value-of-" + id)}, nil
}

// GetApiKey reads a key, with its value only where that is asked for.
func (g *Gateway) GetApiKey(_ context.Context, in *apigateway.GetApiKeyInput, _ ...func(*apigateway.Options)) (*apigateway.GetApiKeyOutput, error) {
	g.C.mu.Lock()
	defer g.C.mu.Unlock()
	after, err := g.C.begin("GetApiKey")
	if err := first(err, after); err != nil {
		return nil, err
	}
	n := g.find(in.ApiKey)
	if n < 0 {
		return nil, &types.NotFoundException{}
	}
	out := &apigateway.GetApiKeyOutput{Id: g.Keys[n].Id, Name: g.Keys[n].Name, Enabled: g.Keys[n].Enabled}
	if aws.ToBool(in.IncludeValue) {
		out.Value = g.Keys[n].Value
	}
	return out, nil
}

// GetApiKeys lists the keys whose names begin with the query, one a page.
func (g *Gateway) GetApiKeys(_ context.Context, in *apigateway.GetApiKeysInput, _ ...func(*apigateway.Options)) (*apigateway.GetApiKeysOutput, error) {
	g.C.mu.Lock()
	defer g.C.mu.Unlock()
	after, err := g.C.begin("GetApiKeys")
	if err := first(err, after); err != nil {
		return nil, err
	}
	if aws.ToBool(in.IncludeValues) {
		panic("nobody needs the values of all keys")
	}
	out := &apigateway.GetApiKeysOutput{}
	for _, k := range g.Keys {
		if !strings.HasPrefix(aws.ToString(k.Name), aws.ToString(in.NameQuery)) || in.Position != nil && aws.ToString(k.Id) <= *in.Position {
			continue
		}
		if len(out.Items) == 1 {
			out.Position = out.Items[0].Id
			break
		}
		k.Value = nil
		out.Items = append(out.Items, k)
	}
	return out, nil
}

// DeleteApiKey removes a key, from its plans too.
func (g *Gateway) DeleteApiKey(_ context.Context, in *apigateway.DeleteApiKeyInput, _ ...func(*apigateway.Options)) (*apigateway.DeleteApiKeyOutput, error) {
	g.C.mu.Lock()
	defer g.C.mu.Unlock()
	after, err := g.C.begin("DeleteApiKey")
	if err != nil {
		return nil, err
	}
	n := g.find(in.ApiKey)
	if n < 0 {
		return nil, &types.NotFoundException{}
	}
	g.Keys = slices.Delete(g.Keys, n, n+1)
	for plan, keys := range g.Plans {
		g.Plans[plan] = slices.DeleteFunc(keys, func(k string) bool { return k == *in.ApiKey })
	}
	return &apigateway.DeleteApiKeyOutput{}, after
}

// CreateUsagePlanKey puts a key into a plan: it must be in no other one of the
// stage.
func (g *Gateway) CreateUsagePlanKey(_ context.Context, in *apigateway.CreateUsagePlanKeyInput, _ ...func(*apigateway.Options)) (*apigateway.CreateUsagePlanKeyOutput, error) {
	g.C.mu.Lock()
	defer g.C.mu.Unlock()
	after, err := g.C.begin("CreateUsagePlanKey")
	if err != nil {
		return nil, err
	}
	plan := aws.ToString(in.UsagePlanId)
	if _, ok := g.Plans[plan]; !ok || g.find(in.KeyId) < 0 || aws.ToString(in.KeyType) != "API_KEY" {
		return nil, &types.NotFoundException{}
	}
	for _, keys := range g.Plans {
		if slices.Contains(keys, aws.ToString(in.KeyId)) {
			return nil, &types.ConflictException{}
		}
	}
	g.Plans[plan] = append(g.Plans[plan], *in.KeyId)
	return &apigateway.CreateUsagePlanKeyOutput{}, after
}

// GetUsagePlanKey reads a key of a plan.
func (g *Gateway) GetUsagePlanKey(_ context.Context, in *apigateway.GetUsagePlanKeyInput, _ ...func(*apigateway.Options)) (*apigateway.GetUsagePlanKeyOutput, error) {
	g.C.mu.Lock()
	defer g.C.mu.Unlock()
	after, err := g.C.begin("GetUsagePlanKey")
	if err := first(err, after); err != nil {
		return nil, err
	}
	if !slices.Contains(g.Plans[aws.ToString(in.UsagePlanId)], aws.ToString(in.KeyId)) {
		return nil, &types.NotFoundException{}
	}
	return &apigateway.GetUsagePlanKeyOutput{Id: in.KeyId}, nil
}

// DeleteUsagePlanKey takes a key out of a plan.
func (g *Gateway) DeleteUsagePlanKey(_ context.Context, in *apigateway.DeleteUsagePlanKeyInput, _ ...func(*apigateway.Options)) (*apigateway.DeleteUsagePlanKeyOutput, error) {
	g.C.mu.Lock()
	defer g.C.mu.Unlock()
	after, err := g.C.begin("DeleteUsagePlanKey")
	if err != nil {
		return nil, err
	}
	plan := aws.ToString(in.UsagePlanId)
	if !slices.Contains(g.Plans[plan], aws.ToString(in.KeyId)) {
		return nil, &types.NotFoundException{}
	}
	g.Plans[plan] = slices.DeleteFunc(g.Plans[plan], func(k string) bool { return k == *in.KeyId })
	return &apigateway.DeleteUsagePlanKeyOutput{}, after
}
