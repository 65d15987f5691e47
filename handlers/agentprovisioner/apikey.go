package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// keysPage is how many API keys are listed at once: API Gateway's most (GetApiKeys).
const keysPage = 500

// ensureKey gives the tenant its API key, and one alone: the names of keys are
// no more than names to API Gateway, and a lost answer leaves one behind.
func (j *job) ensureKey(ctx context.Context) error {
	keys, err := j.listKeys(ctx)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		out, err := j.aws.keys.CreateApiKey(ctx, &apigateway.CreateApiKeyInput{
			Name: aws.String(j.keyName()), Enabled: true, Description: aws.String("The API key of the tenant " + j.tenant),
		})
		if err != nil {
			return fmt.Errorf("make the API key: %w", err)
		}
		keys = []string{aws.ToString(out.Id)}
	}
	keep := keys[0]
	if slices.Contains(keys, j.record.APIKeyID) {
		keep = j.record.APIKeyID
	}
	for _, id := range keys {
		if id != keep {
			if err := j.deleteKey(ctx, id); err != nil {
				return err
			}
		}
	}
	j.record.APIKeyID = keep // a later step writes it; until then the name tells
	return nil
}

// listKeys are the ids of the keys with exactly the tenant's name, the oldest
// first.
func (j *job) listKeys(ctx context.Context) ([]string, error) {
	var found []gatewaytypes.ApiKey
	in := &apigateway.GetApiKeysInput{NameQuery: aws.String(j.keyName()), Limit: aws.Int32(keysPage), IncludeValues: aws.Bool(false)}
	for {
		out, err := j.aws.keys.GetApiKeys(ctx, in)
		if err != nil {
			return nil, fmt.Errorf("look for the API key: %w", err)
		}
		for _, key := range out.Items {
			if aws.ToString(key.Name) == j.keyName() { // the query asks for a beginning
				found = append(found, key)
			}
		}
		if aws.ToString(out.Position) == "" {
			break
		}
		in.Position = out.Position
	}
	slices.SortFunc(found, func(a, b gatewaytypes.ApiKey) int {
		if c := aws.ToTime(a.CreatedDate).Compare(aws.ToTime(b.CreatedDate)); c != 0 {
			return c
		}
		return strings.Compare(aws.ToString(a.Id), aws.ToString(b.Id))
	})
	ids := make([]string, len(found))
	for n, key := range found {
		ids[n] = aws.ToString(key.Id)
	}
	return ids, nil
}

// keyValue is the API key itself. It goes into the operator's answer and nowhere
// else.
func (j *job) keyValue(ctx context.Context) (string, error) {
	out, err := j.aws.keys.GetApiKey(ctx, &apigateway.GetApiKeyInput{ApiKey: aws.String(j.record.APIKeyID), IncludeValue: aws.Bool(true)})
	if err != nil {
		return "", fmt.Errorf("read the API key: %w", err)
	}
	return aws.ToString(out.Value), nil
}

// removeKeys removes every key with the tenant's name. API Gateway takes a key
// that is gone out of its usage plan.
func (j *job) removeKeys(ctx context.Context) error {
	keys, err := j.listKeys(ctx)
	if err != nil {
		return err
	}
	for _, id := range keys {
		if err := j.found(ctx, "API key "+id); err != nil {
			return err
		}
		if err := j.deleteKey(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) deleteKey(ctx context.Context, id string) error {
	_, err := j.aws.keys.DeleteApiKey(ctx, &apigateway.DeleteApiKeyInput{ApiKey: aws.String(id)})
	var none *gatewaytypes.NotFoundException
	if err != nil && !errors.As(err, &none) {
		return fmt.Errorf("remove an API key: %w", err)
	}
	return nil
}
