package main

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// server answers Terraform out of a schema.
type server struct {
	refuser
	provider               *tfprotov5.Schema
	resources, dataSources map[string]*tfprotov5.Schema
	place                  place
}

func (s *server) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	r := &tfprotov5.GetMetadataResponse{}
	for _, name := range slices.Sorted(maps.Keys(s.resources)) {
		r.Resources = append(r.Resources, tfprotov5.ResourceMetadata{TypeName: name})
	}
	for _, name := range slices.Sorted(maps.Keys(s.dataSources)) {
		r.DataSources = append(r.DataSources, tfprotov5.DataSourceMetadata{TypeName: name})
	}
	return r, nil
}

func (s *server) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	return &tfprotov5.GetProviderSchemaResponse{Provider: s.provider, ResourceSchemas: s.resources, DataSourceSchemas: s.dataSources}, nil
}

func (s *server) PrepareProviderConfig(_ context.Context, r *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: r.Config}, nil
}

func (s *server) ConfigureProvider(_ context.Context, r *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	config, err := r.Config.Unmarshal(valueType(s.provider.Block))
	if err != nil {
		return &tfprotov5.ConfigureProviderResponse{Diagnostics: failure(err)}, nil
	}
	s.place = placeOf(config)
	return &tfprotov5.ConfigureProviderResponse{}, nil
}

func (s *server) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

func (s *server) ValidateResourceTypeConfig(_ context.Context, r *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	return &tfprotov5.ValidateResourceTypeConfigResponse{Diagnostics: validate(s.resources[r.TypeName], r.Config)}, nil
}

func (s *server) ValidateDataSourceConfig(_ context.Context, r *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	return &tfprotov5.ValidateDataSourceConfigResponse{Diagnostics: validate(s.dataSources[r.TypeName], r.Config)}, nil
}

func (s *server) UpgradeResourceState(_ context.Context, r *tfprotov5.UpgradeResourceStateRequest) (*tfprotov5.UpgradeResourceStateResponse, error) {
	t := valueType(s.resources[r.TypeName].Block)
	state, err := r.RawState.Unmarshal(t)
	if err != nil {
		return &tfprotov5.UpgradeResourceStateResponse{Diagnostics: failure(err)}, nil
	}
	upgraded, err := tfprotov5.NewDynamicValue(t, state)
	if err != nil {
		return &tfprotov5.UpgradeResourceStateResponse{Diagnostics: failure(err)}, nil
	}
	return &tfprotov5.UpgradeResourceStateResponse{UpgradedState: &upgraded}, nil
}

// ReadResource finds everything as it was left.
func (s *server) ReadResource(_ context.Context, r *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
	return &tfprotov5.ReadResourceResponse{NewState: r.CurrentState, Private: r.Private}, nil
}

// PlanResourceChange keeps what is configured, and what is there already; what
// else is computed is known after the apply.
func (s *server) PlanResourceChange(_ context.Context, r *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	planned, err := change(s.resources[r.TypeName], r.ProposedNewState, unknownComputed)
	if err != nil {
		return &tfprotov5.PlanResourceChangeResponse{Diagnostics: failure(err)}, nil
	}
	return &tfprotov5.PlanResourceChangeResponse{PlannedState: planned, PlannedPrivate: r.PriorPrivate}, nil
}

// ApplyResourceChange gives what is unknown a value.
func (s *server) ApplyResourceChange(_ context.Context, r *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	state, err := change(s.resources[r.TypeName], r.PlannedState, s.place.settle(r.TypeName))
	if err != nil {
		return &tfprotov5.ApplyResourceChangeResponse{Diagnostics: failure(err), NewState: r.PriorState}, nil
	}
	return &tfprotov5.ApplyResourceChangeResponse{NewState: state, Private: r.PlannedPrivate}, nil
}

func (s *server) ReadDataSource(_ context.Context, r *tfprotov5.ReadDataSourceRequest) (*tfprotov5.ReadDataSourceResponse, error) {
	state, err := change(s.dataSources[r.TypeName], r.Config, unknownComputed, s.place.settle(r.TypeName))
	if err != nil {
		return &tfprotov5.ReadDataSourceResponse{Diagnostics: failure(err)}, nil
	}
	return &tfprotov5.ReadDataSourceResponse{State: state}, nil
}

// step turns a value of a block into another.
type step func(*tfprotov5.SchemaBlock, tftypes.Value) (tftypes.Value, error)

func change(schema *tfprotov5.Schema, from *tfprotov5.DynamicValue, steps ...step) (*tfprotov5.DynamicValue, error) {
	t := valueType(schema.Block)
	value, err := from.Unmarshal(t)
	if err != nil {
		return nil, err
	}
	for _, next := range steps {
		if value, err = next(schema.Block, value); err != nil {
			return nil, err
		}
	}
	to, err := tfprotov5.NewDynamicValue(t, value)
	return &to, err
}
