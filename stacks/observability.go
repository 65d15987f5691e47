package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// ObservabilityInputs is what observability needs of earlier stacks: all of
// them, since it watches all of them.
type ObservabilityInputs struct {
	Foundation    Upstream[FoundationOutputs]
	Data          Upstream[DataOutputs]
	AI            Upstream[AIOutputs]
	Compute       Upstream[ComputeOutputs]
	Orchestration Upstream[OrchestrationOutputs]
	API           Upstream[APIOutputs]
}

// NewObservability makes the stack that watches the others: audit trail, metric
// filters, alarms, dashboard, saved queries and traces.
func NewObservability(scope constructs.Construct, id string, cfg envs.Config, in ObservabilityInputs) (cdktf.TerraformStack, ObservabilityOutputs) {
	stack := newStack(scope, id, cfg)
	o := observed{
		cfg: cfg, foundation: in.Foundation(stack), data: in.Data(stack), ai: in.AI(stack), compute: in.Compute(stack),
		orchestration: in.Orchestration(stack), api: in.API(stack),
	}
	trail := addTrail(stack, o)
	for _, f := range logFilters(o, trail.LogGroup.Name()) {
		blocks.NewLogMetric(stack, "filter-"+f.ID, f.Props)
	}
	alarms := addAlarms(stack, o)
	addTenantInsights(stack, o)
	dashboard := blocks.NewDashboard(stack, "overview", blocks.DashboardProps{
		Name: cfg.Name("platform"), Region: cfg.Account.Region, PeriodSec: cfg.Alarms.DashboardPeriodSec, Rows: dashboardRows(o, alarms),
	})
	addQueries(stack, o, trail.LogGroup.Name())
	addTracing(stack, o)
	return stack, export(stack, ObservabilityOutputs{
		Dashboard: dashboard.DashboardName(), TrailARN: trail.Trail.Arn(), TrailBucket: trail.Bucket.Bucket.Id(),
	})
}

// addTrail makes the audit trail: every management event of the account, and
// where the environment asks for it every read and write of tenants' documents
// and items.
func addTrail(stack cdktf.TerraformStack, o observed) blocks.AuditTrail {
	cfg := o.cfg
	props := blocks.AuditTrailProps{
		Where: where(cfg), Name: cfg.TrailName(), KeyARN: o.foundation.KMSKeyARN,
		Bucket:        bucketProps(cfg, "trail", nil, o.data.AccessLogBucket),
		RetentionDays: cfg.Audit.RetentionDays, LogRetentionDays: cfg.Audit.LogRetentionDays,
	}
	if cfg.Audit.DataEvents {
		props.BucketARNs = []string{*o.data.DocumentsBucketARN}
		for _, t := range o.tables() {
			props.TableARNs = append(props.TableARNs, *t.ARN)
		}
	}
	return blocks.NewAuditTrail(stack, "trail", props)
}

// addAlarms makes the alarms and returns their ARNs, in order.
func addAlarms(stack cdktf.TerraformStack, o observed) []*string {
	var arns []*string
	for _, s := range alarmSpecs(o) {
		arns = append(arns, blocks.NewAlarm(stack, "alarm-"+s.ID, s.props(o)).Arn())
	}
	return arns
}
