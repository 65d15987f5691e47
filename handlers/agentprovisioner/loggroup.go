package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// ensureLogGroups makes the runtime's log groups, with key and retention, before
// AgentCore makes them without.
func (j *job) ensureLogGroups(ctx context.Context) error {
	runtime := j.definition.Runtime
	for _, name := range logGroupNames(runtimeID(j.record.AgentARN)) {
		_, err := j.aws.logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(name), KmsKeyId: aws.String(runtime.LogKeyARN)})
		var exists *logtypes.ResourceAlreadyExistsException
		if errors.As(err, &exists) {
			_, err = j.aws.logs.AssociateKmsKey(ctx, &cloudwatchlogs.AssociateKmsKeyInput{LogGroupName: aws.String(name), KmsKeyId: aws.String(runtime.LogKeyARN)})
		}
		if err != nil {
			return fmt.Errorf("make a log group: %w", err)
		}
		if _, err := j.aws.logs.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{
			LogGroupName: aws.String(name), RetentionInDays: aws.Int32(int32(runtime.LogRetentionDays)), //nolint:gosec // days, by the definition
		}); err != nil {
			return fmt.Errorf("set a log group's retention: %w", err)
		}
	}
	return nil
}

// removeLogGroups removes the log groups of the runtimes that were removed.
func (j *job) removeLogGroups(ctx context.Context) error {
	for _, id := range j.record.Runtimes {
		for _, name := range logGroupNames(id) {
			_, err := j.aws.logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String(name)})
			var none *logtypes.ResourceNotFoundException
			if errors.As(err, &none) {
				continue
			}
			if err != nil {
				return fmt.Errorf("remove a log group: %w", err)
			}
			if err := j.found(ctx, "log group "+name); err != nil {
				return err
			}
		}
	}
	return nil
}
