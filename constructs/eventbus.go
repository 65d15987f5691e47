package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventarchive"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventbus"
)

// EventBusProps is an event bus of the platform's own.
type EventBusProps struct {
	Name          string
	Description   string
	KeyARN        *string
	ArchiveDays   int     // how long its events can be replayed
	DeadLetterARN *string // for events that could not be encrypted or decrypted; its policy must let events.amazonaws.com send
}

// EventBus is an encrypted event bus with an archive. It has no policy of its
// own, so that only principals of its account can put events on it, by their
// IAM policies.
type EventBus struct {
	constructs.Construct
	Bus     cloudwatcheventbus.CloudwatchEventBus
	Archive cloudwatcheventarchive.CloudwatchEventArchive
}

// NewEventBus makes an event bus.
func NewEventBus(scope constructs.Construct, id string, props EventBusProps) EventBus {
	require(given(props.KeyARN), scope, id, "an event bus needs a customer-managed key: KeyARN is not set")
	require(given(props.DeadLetterARN), scope, id, "an event bus needs a dead-letter queue for events that its key refuses")
	require(props.ArchiveDays > 0, scope, id, "an event bus keeps its events for one day or more")
	b := EventBus{Construct: group(scope, id)}
	b.Bus = cloudwatcheventbus.NewCloudwatchEventBus(b.Construct, jsii.String("bus"), &cloudwatcheventbus.CloudwatchEventBusConfig{
		Name: jsii.String(props.Name), Description: jsii.String(props.Description), KmsKeyIdentifier: props.KeyARN,
		DeadLetterConfig: &cloudwatcheventbus.CloudwatchEventBusDeadLetterConfig{Arn: props.DeadLetterARN},
	})
	b.Archive = cloudwatcheventarchive.NewCloudwatchEventArchive(b.Construct, jsii.String("archive"), &cloudwatcheventarchive.CloudwatchEventArchiveConfig{
		Name: jsii.String(props.Name), Description: jsii.String("Events of " + props.Name + ", for replay"),
		EventSourceArn: b.Bus.Arn(), RetentionDays: jsii.Number(props.ArchiveDays),
	})
	Suppress(b.Archive, "FO-KMS-012", "AWS provider 5 has no argument for an archive's key, so AWS's own encrypts it; events carry ids and states, no content and no personal data, and expire with the archive.")
	return b
}
