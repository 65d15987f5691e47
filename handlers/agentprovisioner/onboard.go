package main

import (
	"context"
	"net/http"
	"strconv"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// onboard makes a tenant with all that it has, or goes on making it, or makes
// what is missing of it. The tenant is ready when everything is there, and not
// before: until then nobody can chat, and its key opens nothing.
//
// It answers 201 when the tenant has become ready, 200 where it was, and 202
// where the same request has to be sent again.
func (h handler) onboard(ctx context.Context, r rest.Request) (rest.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	j, err := h.newJob(ctx, r)
	if err != nil {
		return rest.Answer{}, err
	}
	wish, email, err := j.wish(ctx, r)
	if err != nil {
		return rest.Answer{}, err
	}
	if email != "" { // before anything is made for nothing
		if _, err := j.adminThere(ctx, email); err != nil {
			return rest.Answer{}, err
		}
	}
	was := false
	err = j.hold(ctx, func(standing store.AgentRecord) (store.AgentRecord, error) {
		was = standing.State == contract.AgentReady
		return begin(standing, wish)
	})
	if err != nil {
		return rest.Answer{}, err
	}
	if err := j.run(ctx, j.onboarding(was, email)); err != nil {
		if err := j.stop(ctx, err); err != nil {
			return rest.Answer{}, err
		}
		return j.answer(http.StatusAccepted), nil
	}
	if err := j.release(ctx); err != nil {
		return rest.Answer{}, err
	}
	value, err := j.keyValue(ctx)
	if err != nil {
		return rest.Answer{}, err
	}
	status := http.StatusCreated
	if was {
		status = http.StatusOK
	}
	answer := j.answer(status)
	answer.Headers = map[string]string{"Location": "/agents/" + j.tenant}
	answer.Body = contract.TenantAgent{AgentConfiguration: j.record.AgentConfiguration, APIKey: value}
	return answer, nil
}

// answer is the tenant as it is now.
func (j *job) answer(status int) rest.Answer {
	return later(rest.Answer{Status: status, Body: contract.TenantAgent{AgentConfiguration: j.record.AgentConfiguration}})
}

// later adds to a 202 when to send the request again.
func later(answer rest.Answer) rest.Answer {
	if answer.Status == http.StatusAccepted {
		answer.Headers = map[string]string{"Retry-After": strconv.Itoa(retryAfter)}
	}
	return answer
}

// wish is what the request asks for, and the administrator's address. The
// address is stored in the user pool alone.
func (j *job) wish(ctx context.Context, r rest.Request) (contract.AgentConfiguration, string, error) {
	var body struct {
		Name, Tier, AgentType, AdminEmail string
		Tools                             []string
	}
	c := contract.AgentConfiguration{}
	if err := r.Decode(&body); err != nil {
		return c, "", err
	}
	plans, err := j.plans(ctx)
	if err != nil {
		return c, "", err
	}
	for _, err := range []error{checkName(body.Name), checkTier(plans, body.Tier), checkEmail(body.AdminEmail)} {
		if err != nil {
			return c, "", err
		}
	}
	if c.Tools, err = toolsOf(j.definition, body.Tools); err != nil {
		return c, "", err
	}
	if body.AgentType == "" {
		body.AgentType = contract.AgentSingle
	}
	c.Name, c.Tier, c.AgentType = body.Name, body.Tier, body.AgentType
	c.GuardrailID, c.AgentAliasID = j.definition.Guardrail.ID, contract.LiveAlias
	return c, body.AdminEmail, nil
}

// begin is the record of a tenant that the work on the wish begins with. While
// it is not ready yet, other settings replace those that were asked for first.
func begin(standing store.AgentRecord, wish contract.AgentConfiguration) (store.AgentRecord, error) {
	next := standing
	switch standing.State {
	case contract.AgentReady:
		if standing.Change != nil {
			return next, &rest.Error{Status: http.StatusConflict, Detail: "A change of the tenant is under way. Finish it first.", Current: standing.Version}
		}
		if !sameSettings(standing.AgentConfiguration, wish) {
			return next, &rest.Error{Status: http.StatusConflict, Detail: "The tenant exists with other settings. Change them by PUT.", Current: standing.Version}
		}
		return next, nil
	case contract.AgentOffboarding:
		return next, &rest.Error{Status: http.StatusConflict, Detail: "The tenant is being offboarded. Finish that first."}
	case contract.AgentErasing:
		// Its next people would find what its last ones left.
		return next, &rest.Error{Status: http.StatusConflict, Detail: "The tenant's former data is not erased yet."}
	}
	next.State, next.Version = contract.AgentProvisioning, 1
	next.Name, next.Tier, next.AgentType, next.Tools = wish.Name, wish.Tier, wish.AgentType, wish.Tools
	next.GuardrailID, next.AgentAliasID = wish.GuardrailID, wish.AgentAliasID
	return next, nil
}

// onboarding are the steps. The role comes first: IAM needs a while until
// AgentCore knows it. The key opens the API when it has joined its plan; the
// handlers refuse it until the tenant is ready.
func (j *job) onboarding(asItIs bool, email string) []step {
	return []step{
		{"role", j.ensureRole},
		{"search", j.ensureSearch},
		{"apiKey", j.ensureKey},
		{"usagePlan", func(ctx context.Context) error { return j.ensurePlan(ctx, j.record.Tier) }},
		{"runtime", func(ctx context.Context) error { return j.ensureOwnRuntime(ctx, asItIs) }},
		{"logGroups", j.ensureLogGroups},
		{"endpoint", func(ctx context.Context) error { return j.ensureEndpoint(ctx, j.record.AgentVersion) }},
		{"administrator", func(ctx context.Context) error { return j.ensureAdmin(ctx, email) }},
		{"ready", j.becomeReady},
		{"event", j.tellOnboarded},
	}
}

// ensureOwnRuntime is ensureRuntime with the tenant's settings. Of a tenant that
// is ready already it changes no version.
func (j *job) ensureOwnRuntime(ctx context.Context, asItIs bool) error {
	bundle := j.settings.bundleKey
	if asItIs {
		bundle = j.record.Bundle
	}
	want, err := j.wantRuntime(j.record.AgentConfiguration, bundle)
	if err != nil {
		return err
	}
	before := j.record.AgentARN
	version, err := j.ensureRuntime(ctx, want, asItIs)
	if err != nil {
		return err
	}
	if !asItIs || j.record.AgentARN != before {
		j.record.AgentVersion, j.record.PreviousVersion, j.record.Bundle = version, "", bundle
	}
	return j.save(ctx)
}

// becomeReady is the moment from which the tenant's people can work.
func (j *job) becomeReady(ctx context.Context) error {
	j.record.State, j.record.Step, j.record.Reason = contract.AgentReady, "", ""
	return j.save(ctx)
}

// tellOnboarded tells others of the tenant, at least once.
func (j *job) tellOnboarded(ctx context.Context) error {
	if j.record.Told {
		return nil
	}
	if err := j.bus.Tell(ctx, contract.EventTenantOnboarded, contract.TenantDetail{TenantID: j.tenant, Tier: j.record.Tier}); err != nil {
		return err
	}
	j.record.Told = true // release writes it
	return nil
}
