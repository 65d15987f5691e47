package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// update is what a change asks for; nil of what stays.
type update struct {
	Version                                 int
	Name, Tier, AgentType, GuardrailVersion *string
	AgentVersion                            *string
	Tools                                   []string // nil: they stay
}

// change gives a ready tenant other settings. Its people chat on as before until
// the endpoint has moved to the new version; the version before stays, to go back
// to by its number. A request that stopped goes on when it is sent again as it
// was, or is replaced by one for the version that the tenant now has.
//
// It answers 200, and 202 where the same request has to be sent again.
func (h handler) change(ctx context.Context, r rest.Request) (rest.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	j, err := h.newJob(ctx, r)
	if err != nil {
		return rest.Answer{}, err
	}
	var u update
	if err := r.Decode(&u); err != nil {
		return rest.Answer{}, err
	}
	var body bytes.Buffer
	if err := json.Compact(&body, r.Body); err != nil {
		return rest.Answer{}, rest.Invalid("body", "is not JSON")
	}
	// What is wrong with it is found before the tenant is held: a change that can't
	// be must not be left under way.
	if j.record, err = j.agents.Record(ctx); err != nil {
		return rest.Answer{}, err
	}
	if err := j.checkUpdate(ctx, u); err != nil {
		return rest.Answer{}, err
	}
	if err := j.hold(ctx, func(standing store.AgentRecord) (store.AgentRecord, error) {
		return accept(standing, store.AgentChange{From: u.Version, Body: body.String()})
	}); err != nil {
		return rest.Answer{}, err
	}
	if j.record.Change == nil { // it was done already, and its answer was lost
		return j.answer(http.StatusOK), j.release(ctx)
	}
	if err := j.carryOut(ctx, u); err != nil {
		if err := j.stop(ctx, err); err != nil {
			return rest.Answer{}, err
		}
		return j.answer(http.StatusAccepted), nil
	}
	return j.answer(http.StatusOK), j.release(ctx)
}

// accept is the record with the change under way. A version is spent when a
// change is accepted, not when it is done.
func accept(standing store.AgentRecord, c store.AgentChange) (store.AgentRecord, error) {
	next := standing
	if standing.State != contract.AgentReady {
		return next, &rest.Error{Status: http.StatusConflict, Detail: "The tenant is not ready.", Current: standing.Version}
	}
	if standing.Version == c.From+1 && (standing.Change != nil && *standing.Change == c || standing.Change == nil && standing.Changed != nil && *standing.Changed == c) {
		return next, nil // the same again
	}
	if standing.Version != c.From {
		return next, &rest.Error{Status: http.StatusConflict, Detail: "The tenant is not as the request takes it to be.", Current: standing.Version}
	}
	next.Version++
	next.Change, next.Changed = &c, nil
	return next, nil
}

// checkUpdate refuses what can't be done, with the tenant as it is now.
func (j *job) checkUpdate(ctx context.Context, u update) error {
	if u.Name != nil {
		if err := checkName(*u.Name); err != nil {
			return err
		}
	}
	if u.GuardrailVersion != nil {
		if err := checkGuardrail(j.definition, *u.GuardrailVersion); err != nil {
			return err
		}
	}
	if _, err := toolsOf(j.definition, u.Tools); err != nil {
		return err
	}
	if u.Tier != nil {
		plans, err := j.plans(ctx)
		if err != nil {
			return err
		}
		if err := checkTier(plans, *u.Tier); err != nil {
			return err
		}
	}
	if !u.goesBack() {
		return nil
	}
	if u.Name != nil || u.AgentType != nil || u.GuardrailVersion != nil || u.Tools != nil {
		return rest.Invalid("agentVersion", "has a name, type, guardrail and tools of its own: change them afterwards")
	}
	_, err := j.settingsOf(ctx, *u.AgentVersion)
	return err
}

// goesBack reports whether the change is to one of the runtime's versions.
func (u update) goesBack() bool {
	return u.AgentVersion != nil && *u.AgentVersion != contract.AgentLatest
}

// carryOut does what the change asks for, and writes it down as done at the end.
func (j *job) carryOut(ctx context.Context, u update) error {
	next, version := j.record.AgentConfiguration, j.record.AgentVersion
	return j.run(ctx, []step{
		{"settings", func(ctx context.Context) (err error) { next, err = j.changed(ctx, u); return err }},
		{"runtime", func(ctx context.Context) (err error) { version, err = j.rollOut(ctx, u, next); return err }},
		// Even where they stay as they are: a change that this one replaces may have
		// moved them.
		{"endpoint", func(ctx context.Context) error { return j.ensureEndpoint(ctx, version) }},
		{"usagePlan", func(ctx context.Context) error { return j.ensurePlan(ctx, next.Tier) }},
		{"done", func(ctx context.Context) error {
			if version != j.record.AgentVersion {
				next.PreviousVersion, next.AgentVersion = j.record.AgentVersion, version
			}
			next.Step, next.Reason = "", ""
			j.record.AgentConfiguration, j.record.Changed, j.record.Change = next, j.record.Change, nil
			return j.save(ctx)
		}},
	})
}

// changed is the configuration with the change, but for the version of the
// runtime.
func (j *job) changed(ctx context.Context, u update) (contract.AgentConfiguration, error) {
	next := j.record.AgentConfiguration
	var err error
	if u.goesBack() {
		if next, err = j.settingsOf(ctx, *u.AgentVersion); err != nil {
			return next, err
		}
	}
	for to, from := range map[*string]*string{&next.Name: u.Name, &next.Tier: u.Tier, &next.AgentType: u.AgentType, &next.GuardrailVersion: u.GuardrailVersion} {
		if from != nil {
			*to = *from
		}
	}
	if u.Tools != nil {
		if next.Tools, err = toolsOf(j.definition, u.Tools); err != nil {
			return next, err
		}
	}
	if u.AgentVersion != nil && *u.AgentVersion == contract.AgentLatest {
		next.Bundle = j.settings.bundleKey
	}
	return next, nil
}

// rollOut makes the version of the runtime that the change needs, if it needs
// one, and returns its number.
func (j *job) rollOut(ctx context.Context, u update, next contract.AgentConfiguration) (string, error) {
	now := j.record.AgentConfiguration
	switch {
	case u.goesBack():
		return *u.AgentVersion, nil
	case u.AgentVersion == nil && reflect.DeepEqual(overridesOf(now), overridesOf(next)):
		return now.AgentVersion, nil
	}
	want, err := j.wantRuntime(next, next.Bundle)
	if err != nil {
		return "", err
	}
	return j.ensureRuntime(ctx, want, false)
}

// settingsOf is the configuration with what one of the runtime's versions holds.
func (j *job) settingsOf(ctx context.Context, version string) (contract.AgentConfiguration, error) {
	c := j.record.AgentConfiguration
	unknown := rest.Invalid("agentVersion", "is no version of the tenant's agent")
	if !versionPattern.MatchString(version) || c.AgentARN == "" {
		return c, unknown
	}
	got, err := j.getRuntime(ctx, runtimeID(c.AgentARN), version)
	if err != nil {
		return c, err
	}
	if got == nil {
		return c, unknown
	}
	var o contract.AgentOverrides
	if err := json.Unmarshal([]byte(got.EnvironmentVariables[contract.AgentEnvOverrides]), &o); err != nil {
		return c, fmt.Errorf("read the settings of version %s of %s: %w", version, aws.ToString(got.AgentRuntimeId), err)
	}
	names := []string{}
	for _, t := range o.Tools {
		if t.Enabled {
			names = append(names, t.Name)
		}
	}
	c.Name, c.AgentType, c.GuardrailVersion, c.Bundle = o.Name, o.AgentType, o.GuardrailVersion, foundRuntime(got).bundle
	c.Tools, err = toolsOf(j.definition, names)
	return c, err
}
