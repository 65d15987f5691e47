package fakeaws

import (
	"context"
	"encoding/json"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/flowops/flowops/contract"
)

// Platform is what the provisioner uses of the platform itself: parameters, the
// agent bucket, log groups and search-admin.
type Platform struct {
	C          *Cloud
	Parameters map[string]string
	Objects    map[string]string // by bucket and key: "bucket/key"
	LogGroups  map[string]LogGroup
	Function   string            // name of search-admin
	Search     map[string]string // the role that may search a tenant's alias, by tenant
	Vectors    map[string]int    // by tenant
	// SearchError is the type of search-admin's error; empty: it succeeds.
	SearchError string
}

// LogGroup is a log group.
type LogGroup struct {
	Key  string
	Days int
}

// GetParameter reads a parameter.
func (p *Platform) GetParameter(_ context.Context, in *ssm.GetParameterInput, _ ...func(*ssm.Options)) (*ssm.GetParameterOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	after, err := p.C.begin("GetParameter")
	if err := first(err, after); err != nil {
		return nil, err
	}
	value, ok := p.Parameters[aws.ToString(in.Name)]
	if !ok {
		return nil, &ssmtypes.ParameterNotFound{}
	}
	return &ssm.GetParameterOutput{Parameter: &ssmtypes.Parameter{Value: aws.String(value)}}, nil
}

// GetObject reads an object of the platform's own.
func (p *Platform) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	after, err := p.C.begin("GetObject")
	if err := first(err, after); err != nil {
		return nil, err
	}
	text, ok := p.Objects[aws.ToString(in.Bucket)+"/"+aws.ToString(in.Key)]
	if !ok {
		return nil, &s3types.NoSuchKey{}
	}
	return &s3.GetObjectOutput{Body: io.NopCloser(strings.NewReader(text))}, nil
}

// Invoke is search-admin.
func (p *Platform) Invoke(_ context.Context, in *lambda.InvokeInput, _ ...func(*lambda.Options)) (*lambda.InvokeOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	after, err := p.C.begin("Invoke")
	if err != nil {
		return nil, err
	}
	var request contract.SearchRequest
	if err := json.Unmarshal(in.Payload, &request); err != nil || request.Tenant == nil || aws.ToString(in.FunctionName) != p.Function {
		panic("search-admin would refuse the request")
	}
	if p.SearchError != "" {
		return &lambda.InvokeOutput{FunctionError: aws.String("Unhandled"), Payload: []byte(`{"errorType":"` + p.SearchError + `","errorMessage":"x"}`)}, nil
	}
	tenant, report := request.Tenant.TenantID, contract.SearchReport{Changed: []string{}}
	_, there := p.Search[tenant]
	if there == request.Tenant.Remove {
		report.Changed = append(report.Changed, "alias")
	}
	if request.Tenant.Remove {
		report.DeletedVectors = p.Vectors[tenant]
		delete(p.Vectors, tenant)
		delete(p.Search, tenant)
	} else {
		p.Search[tenant] = request.Tenant.RoleARN
	}
	payload, err := json.Marshal(report)
	if err != nil || after != nil {
		return nil, first(err, after)
	}
	return &lambda.InvokeOutput{StatusCode: 200, Payload: payload}, nil
}

func (p *Platform) openGroup(operation string, name *string) (after error, err error) { //nolint:revive // two errors: of before and after
	if after, err = p.C.begin(operation); err != nil {
		return nil, err
	}
	if _, ok := p.LogGroups[aws.ToString(name)]; !ok {
		return nil, &logtypes.ResourceNotFoundException{}
	}
	return after, nil
}

// CreateLogGroup makes a log group.
func (p *Platform) CreateLogGroup(_ context.Context, in *cloudwatchlogs.CreateLogGroupInput, _ ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.CreateLogGroupOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	after, err := p.C.begin("CreateLogGroup")
	if err != nil {
		return nil, err
	}
	name := aws.ToString(in.LogGroupName)
	if _, ok := p.LogGroups[name]; ok {
		return nil, &logtypes.ResourceAlreadyExistsException{}
	}
	p.LogGroups[name] = LogGroup{Key: aws.ToString(in.KmsKeyId)}
	return &cloudwatchlogs.CreateLogGroupOutput{}, after
}

// AssociateKmsKey gives a log group its key.
func (p *Platform) AssociateKmsKey(_ context.Context, in *cloudwatchlogs.AssociateKmsKeyInput, _ ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.AssociateKmsKeyOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	after, err := p.openGroup("AssociateKmsKey", in.LogGroupName)
	if err != nil {
		return nil, err
	}
	g := p.LogGroups[*in.LogGroupName]
	g.Key = aws.ToString(in.KmsKeyId)
	p.LogGroups[*in.LogGroupName] = g
	return &cloudwatchlogs.AssociateKmsKeyOutput{}, after
}

// PutRetentionPolicy sets how long a log group keeps its events.
func (p *Platform) PutRetentionPolicy(_ context.Context, in *cloudwatchlogs.PutRetentionPolicyInput, _ ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.PutRetentionPolicyOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	after, err := p.openGroup("PutRetentionPolicy", in.LogGroupName)
	if err != nil {
		return nil, err
	}
	g := p.LogGroups[*in.LogGroupName]
	g.Days = int(aws.ToInt32(in.RetentionInDays))
	p.LogGroups[*in.LogGroupName] = g
	return &cloudwatchlogs.PutRetentionPolicyOutput{}, after
}

// DeleteLogGroup removes a log group.
func (p *Platform) DeleteLogGroup(_ context.Context, in *cloudwatchlogs.DeleteLogGroupInput, _ ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DeleteLogGroupOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	after, err := p.openGroup("DeleteLogGroup", in.LogGroupName)
	if err != nil {
		return nil, err
	}
	delete(p.LogGroups, *in.LogGroupName)
	return &cloudwatchlogs.DeleteLogGroupOutput{}, after
}
