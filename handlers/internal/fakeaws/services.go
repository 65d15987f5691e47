package fakeaws

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/flowops/flowops/contract"
)

// Versions is how many versions an object has.
func (c *Cloud) Versions(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.objects[key])
}

// EndWait makes a task token one that nothing waits with.
func (c *Cloud) EndWait(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over[token] = true
}

// KMS is an HMAC key.
type KMS struct{ C *Cloud }

func (k KMS) code(id *string, message []byte) []byte {
	if len(message) > 4096 { // GenerateMac's limit
		panic("the message is too long")
	}
	h := hmac.New(sha256.New, []byte("key "+aws.ToString(id)))
	h.Write(message)
	return h.Sum(nil)
}

// GenerateMac makes a code.
func (k KMS) GenerateMac(_ context.Context, in *kms.GenerateMacInput, _ ...func(*kms.Options)) (*kms.GenerateMacOutput, error) {
	k.C.mu.Lock()
	defer k.C.mu.Unlock()
	if _, err := k.C.begin("GenerateMac"); err != nil {
		return nil, err
	}
	return &kms.GenerateMacOutput{Mac: k.code(in.KeyId, in.Message)}, nil
}

// VerifyMac checks a code.
func (k KMS) VerifyMac(_ context.Context, in *kms.VerifyMacInput, _ ...func(*kms.Options)) (*kms.VerifyMacOutput, error) {
	k.C.mu.Lock()
	defer k.C.mu.Unlock()
	if _, err := k.C.begin("VerifyMac"); err != nil {
		return nil, err
	}
	if !hmac.Equal(in.Mac, k.code(in.KeyId, in.Message)) {
		return nil, &kmstypes.KMSInvalidMacException{}
	}
	return &kms.VerifyMacOutput{MacValid: true}, nil
}

// PutEvents takes events.
func (c *Cloud) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	after, err := c.begin("PutEvents")
	if err != nil {
		return nil, err
	}
	for _, e := range in.Entries {
		if aws.ToString(e.Source) != contract.EventSource {
			return nil, c.deny("events:PutEvents from " + aws.ToString(e.Source))
		}
		c.Events = append(c.Events, Event{aws.ToString(e.DetailType), aws.ToString(e.Detail)})
	}
	return &eventbridge.PutEventsOutput{}, after
}

// SendTaskSuccess ends a wait. A second end of the same wait fails as AWS says.
func (c *Cloud) SendTaskSuccess(_ context.Context, in *sfn.SendTaskSuccessInput, _ ...func(*sfn.Options)) (*sfn.SendTaskSuccessOutput, error) {
	return &sfn.SendTaskSuccessOutput{}, c.end("SendTaskSuccess", &c.Successes, aws.ToString(in.TaskToken), aws.ToString(in.Output))
}

// SendTaskFailure breaks off a wait.
func (c *Cloud) SendTaskFailure(_ context.Context, in *sfn.SendTaskFailureInput, _ ...func(*sfn.Options)) (*sfn.SendTaskFailureOutput, error) {
	return &sfn.SendTaskFailureOutput{}, c.end("SendTaskFailure", &c.Failures, aws.ToString(in.TaskToken), aws.ToString(in.Error))
}

func (c *Cloud) end(operation string, list *[]Sent, token, content string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	after, err := c.begin(operation)
	if err != nil {
		return err
	}
	if c.over[token] {
		return &sfntypes.TaskTimedOut{}
	}
	c.over[token] = true
	*list = append(*list, Sent{token, content})
	return after
}
