package deploy

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func makeKey(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	in := &kms.CreateKeyInput{Description: aws.String(r.text("description")), Policy: aws.String(r.text("policy"))}
	if spec := r.text("customer_master_key_spec"); spec != "" {
		in.KeySpec = kmstypes.KeySpec(spec)
	}
	if usage := r.text("key_usage"); usage != "" {
		in.KeyUsage = kmstypes.KeyUsageType(usage)
	}
	out, err := d.clients.kms.CreateKey(ctx, in)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": *out.KeyMetadata.KeyId, "key_id": *out.KeyMetadata.KeyId, "arn": *out.KeyMetadata.Arn}, nil
}

func makeKeyAlias(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	_, err := d.clients.kms.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String(r.text("name")), TargetKeyId: aws.String(r.text("target_key_id"))})
	return map[string]any{"arn": "arn:aws:kms:" + d.options.Config.Region + ":" + d.options.Account + ":" + r.text("name")}, err
}

func makeTable(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	in := &dynamodb.CreateTableInput{
		TableName: aws.String(r.text("name")), BillingMode: dynamotypes.BillingMode(r.text("billing_mode")),
		KeySchema: keySchema(r.text("hash_key"), r.text("range_key")),
	}
	for _, a := range r.blocks("attribute") {
		in.AttributeDefinitions = append(in.AttributeDefinitions, dynamotypes.AttributeDefinition{
			AttributeName: aws.String(a.text("name")), AttributeType: dynamotypes.ScalarAttributeType(a.text("type")),
		})
	}
	for _, i := range r.blocks("global_secondary_index") {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, dynamotypes.GlobalSecondaryIndex{
			IndexName: aws.String(i.text("name")), KeySchema: keySchema(i.text("hash_key"), i.text("range_key")),
			Projection: &dynamotypes.Projection{ProjectionType: dynamotypes.ProjectionType(i.text("projection_type"))},
		})
	}
	out, err := d.clients.dynamo.CreateTable(ctx, in)
	if err != nil {
		return nil, err
	}
	if name := r.text("ttl", "attribute_name"); name != "" {
		if _, err := d.clients.dynamo.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
			TableName:               in.TableName,
			TimeToLiveSpecification: &dynamotypes.TimeToLiveSpecification{AttributeName: aws.String(name), Enabled: aws.Bool(true)},
		}); err != nil {
			return nil, err
		}
	}
	return map[string]any{"id": r.text("name"), "arn": *out.TableDescription.TableArn}, nil
}

func keySchema(hash, sort string) []dynamotypes.KeySchemaElement {
	schema := []dynamotypes.KeySchemaElement{{AttributeName: aws.String(hash), KeyType: dynamotypes.KeyTypeHash}}
	if sort != "" {
		schema = append(schema, dynamotypes.KeySchemaElement{AttributeName: aws.String(sort), KeyType: dynamotypes.KeyTypeRange})
	}
	return schema
}

func makeBucket(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	_, err := d.clients.s3.CreateBucket(ctx, &s3.CreateBucketInput{
		Bucket:                    aws.String(r.text("bucket")),
		CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(d.options.Config.Region)},
	})
	name := r.text("bucket")
	return map[string]any{"id": name, "arn": "arn:aws:s3:::" + name, "bucket_regional_domain_name": name + ".s3." + d.options.Config.Region + ".amazonaws.com"}, err
}

func makeVersioning(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	_, err := d.clients.s3.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
		Bucket: aws.String(r.text("bucket")), VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatus(r.text("versioning_configuration", "status"))},
	})
	return nil, err
}

func makeNotification(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	in := &s3.PutBucketNotificationConfigurationInput{Bucket: aws.String(r.text("bucket")), NotificationConfiguration: &s3types.NotificationConfiguration{}}
	if r.flag("eventbridge") {
		in.NotificationConfiguration.EventBridgeConfiguration = &s3types.EventBridgeConfiguration{}
	}
	_, err := d.clients.s3.PutBucketNotificationConfiguration(ctx, in)
	return nil, err
}

func makeObject(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	content := r.text("content")
	if source := r.text("source"); source != "" {
		raw, err := os.ReadFile(filepath.Join(r.dir, source))
		if err != nil {
			return nil, err
		}
		content = string(raw)
	}
	_, err := d.clients.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(r.text("bucket")), Key: aws.String(r.text("key")), Body: strings.NewReader(content)})
	return map[string]any{"id": r.text("key")}, err
}
