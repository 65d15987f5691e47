package deploy

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

func makeFunction(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	zip, err := os.ReadFile(filepath.Join(r.dir, r.text("filename")))
	if err != nil {
		return nil, err
	}
	name := r.text("function_name")
	variables := r.table("environment", "variables")
	maps.Copy(variables, d.options.Environment(name))
	in := &lambda.CreateFunctionInput{
		FunctionName: aws.String(name), Role: aws.String(r.text("role")), Runtime: lambdatypes.Runtime(r.text("runtime")), Handler: aws.String(r.text("handler")),
		Code: &lambdatypes.FunctionCode{ZipFile: zip}, MemorySize: aws.Int32(r.number("memory_size")), Timeout: aws.Int32(r.number("timeout")),
		Architectures: []lambdatypes.Architecture{lambdatypes.Architecture(d.options.Host)}, Publish: r.flag("publish"),
		Environment:   &lambdatypes.Environment{Variables: variables},
		TracingConfig: &lambdatypes.TracingConfig{Mode: lambdatypes.TracingMode(r.text("tracing_config", "mode"))},
	}
	if queue := r.text("dead_letter_config", "target_arn"); queue != "" {
		in.DeadLetterConfig = &lambdatypes.DeadLetterConfig{TargetArn: aws.String(queue)}
	}
	out, err := d.clients.lambda.CreateFunction(ctx, in)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": name, "arn": *out.FunctionArn, "version": *out.Version, "invoke_arn": d.invokeARN(*out.FunctionArn)}, nil
}

func (d *Deployment) invokeARN(function string) string {
	return "arn:aws:apigateway:" + d.options.Config.Region + ":lambda:path/2015-03-31/functions/" + function + "/invocations"
}

func makeAlias(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	out, err := d.clients.lambda.CreateAlias(ctx, &lambda.CreateAliasInput{
		FunctionName: aws.String(r.text("function_name")), FunctionVersion: aws.String(r.text("function_version")), Name: aws.String(r.text("name")),
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": *out.AliasArn, "arn": *out.AliasArn, "invoke_arn": d.invokeARN(*out.AliasArn)}, nil
}

func makeInvokeConfig(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	_, err := d.clients.lambda.PutFunctionEventInvokeConfig(ctx, &lambda.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String(r.text("function_name")), Qualifier: aws.String(r.text("qualifier")),
		MaximumEventAgeInSeconds: aws.Int32(r.number("maximum_event_age_in_seconds")), MaximumRetryAttempts: aws.Int32(r.number("maximum_retry_attempts")),
	})
	return nil, err
}

func makePermission(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	in := &lambda.AddPermissionInput{
		FunctionName: aws.String(r.text("function_name")), StatementId: aws.String(r.text("statement_id")), Action: aws.String(r.text("action")), Principal: aws.String(r.text("principal")),
	}
	for value, set := range map[string]func(*string){
		r.text("qualifier"): func(v *string) { in.Qualifier = v }, r.text("source_arn"): func(v *string) { in.SourceArn = v },
		r.text("source_account"): func(v *string) { in.SourceAccount = v },
	} {
		if value != "" {
			set(aws.String(value))
		}
	}
	_, err := d.clients.lambda.AddPermission(ctx, in)
	return nil, err
}

// makeInvocation is the one that the deploy makes: an error of the function
// fails the deploy.
func makeInvocation(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	in := &lambda.InvokeInput{FunctionName: aws.String(r.text("function_name")), Payload: []byte(r.text("input"))}
	if q := r.text("qualifier"); q != "" {
		in.Qualifier = aws.String(q)
	}
	out, err := d.clients.lambda.Invoke(ctx, in)
	if err != nil {
		return nil, err
	}
	if out.FunctionError != nil {
		return nil, fmt.Errorf("the function failed: %s: %s", *out.FunctionError, out.Payload)
	}
	return map[string]any{"result": string(out.Payload)}, nil
}
