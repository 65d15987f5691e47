// Package bus tells others what happened, on the platform's event bus.
package bus

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
)

// EventBridge takes events.
type EventBridge interface {
	PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Bus is the platform's event bus.
type Bus struct {
	Client EventBridge
	Name   string
}

// Tell publishes an event of one of contract's types, with one of its details.
func (b Bus) Tell(ctx context.Context, detailType string, detail any) error {
	text, err := json.Marshal(detail)
	if err != nil {
		return fmt.Errorf("write %s: %w", detailType, err)
	}
	return b.Publish(ctx, detailType, string(text))
}

// Publish puts an event on the bus: one of contract's event types, and its
// detail as JSON. An event that the bus did not take is an error, as if the call
// had failed.
func (b Bus) Publish(ctx context.Context, detailType, detail string) error {
	out, err := b.Client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: aws.String(b.Name), Source: aws.String(contract.EventSource), DetailType: aws.String(detailType), Detail: aws.String(detail),
	}}})
	if err != nil {
		return fmt.Errorf("publish %s: %w", detailType, err)
	}
	if out.FailedEntryCount > 0 {
		code := "unknown"
		for _, e := range out.Entries {
			if e.ErrorCode != nil {
				code = *e.ErrorCode
			}
		}
		return fmt.Errorf("publish %s: %w", detailType, &smithy.GenericAPIError{Code: code, Message: "the bus did not take the event", Fault: smithy.FaultServer})
	}
	return nil
}
