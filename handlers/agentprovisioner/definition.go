package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/flowops/flowops/contract"
)

// maxDefinition bounds what is read of the agent's definition, in bytes.
const maxDefinition = 1 << 20

// readDefinition is the definition that is deployed now.
func (h handler) readDefinition(ctx context.Context) (contract.AgentDefinition, error) {
	var d contract.AgentDefinition
	out, err := h.aws.objects.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(h.settings.bucket), Key: aws.String(h.settings.definition)})
	if err != nil {
		return d, fmt.Errorf("read the agent's definition: %w", err)
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(out.Body, maxDefinition+1))
	if err != nil {
		return d, fmt.Errorf("read the agent's definition: %w", err)
	}
	if len(text) > maxDefinition {
		return d, errors.New("read the agent's definition: it is too long")
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("read the agent's definition: %w", err)
	}
	return d, checkDefinition(d)
}

// checkDefinition refuses a definition that roles must not be made from.
func checkDefinition(d contract.AgentDefinition) error {
	switch {
	case d.SchemaVersion != contract.AgentDefinitionVersion:
		return fmt.Errorf("the agent's definition has version %d, not %d", d.SchemaVersion, contract.AgentDefinitionVersion)
	case d.Role.Path != contract.TenantRolePath:
		return errors.New("the agent's definition has roles at another path")
	case d.Role.NamePrefix == "" || d.Runtime.NamePrefix == "":
		return errors.New("the agent's definition has no prefix of names")
	case !isDocument(d.Role.Trust) || !isDocument(d.Role.Policy):
		return errors.New("the agent's definition has no policies")
	}
	return nil
}

// isDocument reports whether text is a JSON object with something in it.
func isDocument(text json.RawMessage) bool {
	var document map[string]any
	return json.Unmarshal(text, &document) == nil && len(document) > 0
}
