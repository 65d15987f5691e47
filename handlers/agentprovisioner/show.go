package main

import (
	"context"
	"net/http"
	"strconv"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// show answers with the tenant as it is configured, ready or not. What it is in
// AWS only operators get to know.
func (h handler) show(ctx context.Context, r rest.Request) (rest.Answer, error) {
	verify := false
	if text, ok := r.Query["verify"]; ok {
		var err error
		if verify, err = strconv.ParseBool(text); err != nil {
			return rest.Answer{}, rest.Invalid("query.verify", "must be true or false")
		}
	}
	if verify && !r.Identity.HasRole(contract.RoleOperator) {
		return rest.Answer{}, &rest.Error{Status: http.StatusForbidden, Detail: "Only operators can verify.", Security: contract.SecurityRoleRefused}
	}
	agents, err := store.NewAgents(r.Scope, h.settings.agents, h.now)
	if err != nil {
		return rest.Answer{}, err
	}
	record, err := agents.Record(ctx)
	if err != nil {
		return rest.Answer{}, err
	}
	body := contract.TenantAgent{AgentConfiguration: record.AgentConfiguration}
	if verify {
		ctx, cancel := context.WithTimeout(ctx, budget)
		defer cancel()
		j, err := h.newJob(ctx, r)
		if err != nil {
			return rest.Answer{}, err
		}
		j.record = record
		drift, err := j.verify(ctx)
		if err != nil {
			return rest.Answer{}, err
		}
		body.Checked = &contract.AgentCheck{Drift: drift, Unchecked: unchecked}
	}
	return rest.Answer{Status: http.StatusOK, Body: body}, nil
}
