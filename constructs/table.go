package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbcontributorinsights"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbtable"

	"github.com/flowops/flowops/contract"
)

// TenantTableProps is a table whose every partition key begins with the tenant.
type TenantTableProps struct {
	Schema              contract.Table
	Name                string
	KeyARN              *string
	PointInTimeRecovery bool
	DeletionProtection  bool
	Insights            bool // contributor insights: the busiest tenants
}

// TenantTable is an on-demand table encrypted with the platform's key.
type TenantTable struct {
	constructs.Construct
	Table dynamodbtable.DynamodbTable
}

// NewTenantTable makes a table from its schema. A schema with a partition key
// that is not tenant-prefixed is refused.
func NewTenantTable(scope constructs.Construct, id string, props TenantTableProps) TenantTable {
	err := props.Schema.Check()
	require(err == nil, scope, id, "%v", err)
	require(given(props.KeyARN), scope, id, "a table needs a customer-managed key: KeyARN is not set")
	t := TenantTable{Construct: group(scope, id)}
	config := &dynamodbtable.DynamodbTableConfig{
		Name: jsii.String(props.Name), BillingMode: jsii.String("PAY_PER_REQUEST"), TableClass: jsii.String("STANDARD"),
		HashKey: jsii.String(props.Schema.PK.Name), RangeKey: jsii.String(props.Schema.SK.Name),
		ServerSideEncryption:      &dynamodbtable.DynamodbTableServerSideEncryption{Enabled: true, KmsKeyArn: props.KeyARN},
		PointInTimeRecovery:       &dynamodbtable.DynamodbTablePointInTimeRecovery{Enabled: props.PointInTimeRecovery},
		DeletionProtectionEnabled: props.DeletionProtection,
	}
	attributes := []dynamodbtable.DynamodbTableAttribute{key(props.Schema.PK), key(props.Schema.SK)}
	var indexes []dynamodbtable.DynamodbTableGlobalSecondaryIndex
	for _, i := range props.Schema.Indexes {
		attributes = append(attributes, key(i.PK), key(i.SK))
		indexes = append(indexes, dynamodbtable.DynamodbTableGlobalSecondaryIndex{
			Name: jsii.String(i.Name), HashKey: jsii.String(i.PK.Name), RangeKey: jsii.String(i.SK.Name), ProjectionType: jsii.String("ALL"),
		})
	}
	config.Attribute = attributes
	if len(indexes) > 0 {
		config.GlobalSecondaryIndex = indexes
	}
	if props.Schema.TTL != "" {
		config.Ttl = &dynamodbtable.DynamodbTableTtl{Enabled: true, AttributeName: jsii.String(props.Schema.TTL)}
	}
	t.Table = dynamodbtable.NewDynamodbTable(t.Construct, jsii.String("table"), config)
	if props.Insights {
		dynamodbcontributorinsights.NewDynamodbContributorInsights(t.Construct, jsii.String("insights"),
			&dynamodbcontributorinsights.DynamodbContributorInsightsConfig{TableName: t.Table.Name()})
	}
	return t
}

func key(a contract.Attribute) dynamodbtable.DynamodbTableAttribute {
	return dynamodbtable.DynamodbTableAttribute{Name: jsii.String(a.Name), Type: jsii.String("S")}
}
