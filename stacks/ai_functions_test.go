package stacks

import (
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

func TestFunctionProps(t *testing.T) {
	cfg := loadEnv(t, "prod")
	cfg.Functions.ReservedConcurrency = map[string]int{"websocket": 7, "records": 9}
	cfg.Functions.ProvisionedConcurrency = map[string]int{"websocket": 3}
	key := jsii.String("key")
	got := functionProps(cfg, Artifacts{Functions: func(name string) string { return "dist/" + name + ".zip" }}, contract.WebSocket, key)
	want := blocks.FunctionProps{
		Function: contract.WebSocket, Bundle: "dist/websocket.zip", KeyARN: key,
		Where: blocks.Where{Partition: "aws", Account: "333333333333", Region: "eu-central-1", Prefix: "flowops-prod"},
		Environment: map[string]*string{
			"FLOWOPS_ENV": jsii.String("prod"), "LOG_LEVEL": jsii.String("INFO"), "METRIC_NAMESPACE": jsii.String("FlowOps"),
		},
		LogLevel: "INFO", LogRetentionDays: 365, DeadLetterDays: 14, AsyncMaxAgeSeconds: 3600, AsyncRetries: 2,
		ReservedConcurrency: 7, ProvisionedConcurrency: 3,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	other := functionProps(cfg, Artifacts{Functions: func(string) string { return "" }}, contract.SafeActions, key)
	if other.ReservedConcurrency != 0 || other.ProvisionedConcurrency != 0 {
		t.Errorf("concurrency of another function: %d, %d", other.ReservedConcurrency, other.ProvisionedConcurrency)
	}
	other.Environment["X"] = key
	if len(functionProps(cfg, Artifacts{Functions: func(string) string { return "" }}, contract.SafeActions, key).Environment) != 3 {
		t.Error("functions share one environment")
	}
}

func TestSearchPlacement(t *testing.T) {
	dev, prod := loadEnv(t, "dev"), loadEnv(t, "prod")
	if p := searchPlacement(dev, Sample[FoundationOutputs](dev)); p != nil {
		t.Errorf("dev has no VPC, but functions are placed in %v", p)
	}
	f := Sample[FoundationOutputs](prod)
	p := searchPlacement(prod, f)
	if p == nil || p.SubnetIDs != f.PrivateSubnetIDs || len(*p.SecurityGroups) != 1 || (*p.SecurityGroups)[0] != f.FunctionSecurityGroup {
		t.Errorf("placement %v", p)
	}
}
