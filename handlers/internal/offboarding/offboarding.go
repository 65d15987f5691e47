// Package offboarding ends the offboarding of a tenant, whoever does its last
// step: the provisioner where the data stays, data-erasure where it is erased.
package offboarding

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/store"
)

// Left is what still holds data of a tenant that was offboarded so.
func Left(data string) []string {
	switch data {
	case contract.DataErase:
		return []string{contract.LeftAudit, contract.LeftBackups}
	case contract.DataExport:
		return []string{contract.LeftAudit, contract.LeftBackups, contract.LeftExport}
	}
	return []string{
		contract.Tickets.Name, contract.Conversations.Name, contract.Metadata.Name, contract.Connections.Name, contract.ExportDocuments,
		contract.LeftAudit, contract.LeftBackups,
	}
}

// Nothing reports whether nothing of the tenant was found: there was none.
func Nothing(report contract.RemovalReport) bool {
	erased := report.Erased == nil || *report.Erased == contract.ErasedData{}
	return len(report.Removed) == 0 && report.People == 0 && report.Vectors == 0 && erased
}

// Record writes the report to the audit table, once: with the id that the
// offboarding began with, and who asked for it.
func Record(ctx context.Context, audit store.Audit, record store.AgentRecord, by string) error {
	text, err := json.Marshal(record.Report)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	_, _, err = audit.Append(ctx, contract.AuditItem{
		ActionID: record.Operation, Type: contract.OffboardTenant, Step: contract.ActionExecuted, By: by, Report: string(text),
	})
	return err
}

// Tell tells others that the tenant is gone.
func Tell(ctx context.Context, b bus.Bus, record store.AgentRecord) error {
	return b.Tell(ctx, contract.EventTenantOffboarded, contract.TenantDetail{TenantID: record.Report.TenantID, Tier: record.Tier, Data: record.Report.Data})
}
