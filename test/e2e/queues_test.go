package e2e

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// receive takes the messages out of a queue, once there is one.
func (h harness) receive(url string) []string {
	h.t.Helper()
	client := sqs.NewFromConfig(h.AWS)
	var bodies []string
	h.eventually("a message is in "+url, func() bool {
		out, err := client.ReceiveMessage(h.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(url), MaxNumberOfMessages: 10})
		if err != nil {
			h.t.Fatal(err)
		}
		for _, m := range out.Messages {
			bodies = append(bodies, *m.Body)
			if _, err := client.DeleteMessage(h.t.Context(), &sqs.DeleteMessageInput{QueueUrl: aws.String(url), ReceiptHandle: m.ReceiptHandle}); err != nil {
				h.t.Fatal(err)
			}
		}
		return len(bodies) > 0
	})
	return bodies
}

// queue is the address of a queue by its name.
func (h harness) queue(name string) string {
	h.t.Helper()
	out, err := sqs.NewFromConfig(h.AWS).GetQueueUrl(h.t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String(name)})
	if err != nil {
		h.t.Fatal(err)
	}
	return *out.QueueUrl
}

// alerts subscribes to the alert topic, and returns what checks that an alert
// came with a text, and without another.
func (h harness) alerts() func(with, without string) {
	h.t.Helper()
	made, err := sqs.NewFromConfig(h.AWS).CreateQueue(h.t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("alerts")})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := sns.NewFromConfig(h.AWS).Subscribe(h.t.Context(), &sns.SubscribeInput{
		TopicArn: aws.String(h.Config.AlertTopicARN()), Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:" + h.Config.Account.Region + ":" + h.Config.Account.ID + ":alerts"),
	}); err != nil {
		h.t.Fatal(err)
	}
	return func(with, without string) {
		h.t.Helper()
		text := strings.Join(h.receive(*made.QueueUrl), "\n")
		if !strings.Contains(text, with) || strings.Contains(text, without) {
			h.t.Errorf("people are told %s", text)
		}
	}
}
