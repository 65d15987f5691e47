package deploy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

type clients struct {
	cognito *cognitoidentityprovider.Client
	dynamo  *dynamodb.Client
	events  *eventbridge.Client
	iam     *iam.Client
	kms     *kms.Client
	lambda  *lambda.Client
	s3      *s3.Client
	sfn     *sfn.Client
	sns     *sns.Client
	sqs     *sqs.Client
}

func newClients(cfg aws.Config) clients {
	return clients{
		cognitoidentityprovider.NewFromConfig(cfg), dynamodb.NewFromConfig(cfg), eventbridge.NewFromConfig(cfg), iam.NewFromConfig(cfg),
		kms.NewFromConfig(cfg), lambda.NewFromConfig(cfg), s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }),
		sfn.NewFromConfig(cfg), sns.NewFromConfig(cfg), sqs.NewFromConfig(cfg),
	}
}

// maker makes a resource and returns the attributes that Terraform computes.
type maker func(context.Context, *Deployment, resource) (map[string]any, error)

var makers = map[string]maker{
	"aws_cloudwatch_event_bus":                makeEventBus,
	"aws_cloudwatch_event_rule":               makeEventRule,
	"aws_cloudwatch_event_target":             makeEventTarget,
	"aws_cognito_user_group":                  makeUserGroup,
	"aws_cognito_user_pool":                   makeUserPool,
	"aws_cognito_user_pool_client":            makeUserPoolClient,
	"aws_dynamodb_table":                      makeTable,
	"aws_iam_policy":                          makePolicy,
	"aws_iam_role":                            makeRole,
	"aws_iam_role_policy":                     makeRolePolicy,
	"aws_kms_alias":                           makeKeyAlias,
	"aws_kms_key":                             makeKey,
	"aws_lambda_alias":                        makeAlias,
	"aws_lambda_function":                     makeFunction,
	"aws_lambda_function_event_invoke_config": makeInvokeConfig,
	"aws_lambda_invocation":                   makeInvocation,
	"aws_lambda_permission":                   makePermission,
	"aws_s3_bucket":                           makeBucket,
	"aws_s3_bucket_notification":              makeNotification,
	"aws_s3_bucket_versioning":                makeVersioning,
	"aws_s3_object":                           makeObject,
	"aws_sfn_state_machine":                   makeStateMachine,
	"aws_sns_topic":                           makeTopic,
	"aws_sqs_queue":                           makeQueue,
}
