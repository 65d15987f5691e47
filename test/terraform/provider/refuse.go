package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
)

// refuser answers what a provider of only a schema can't do.
type refuser struct{}

func refusal(what string) []*tfprotov5.Diagnostic {
	return failure(fmt.Errorf("this provider has the schema of the real one and nothing behind it: it can't %s", what))
}

func failure(err error) []*tfprotov5.Diagnostic {
	return []*tfprotov5.Diagnostic{{Severity: tfprotov5.DiagnosticSeverityError, Summary: err.Error()}}
}

func (refuser) ImportResourceState(_ context.Context, r *tfprotov5.ImportResourceStateRequest) (*tfprotov5.ImportResourceStateResponse, error) {
	return &tfprotov5.ImportResourceStateResponse{Diagnostics: refusal("import " + r.TypeName + " " + r.ID)}, nil
}

func (refuser) MoveResourceState(_ context.Context, r *tfprotov5.MoveResourceStateRequest) (*tfprotov5.MoveResourceStateResponse, error) {
	return &tfprotov5.MoveResourceStateResponse{Diagnostics: refusal("turn " + r.SourceTypeName + " into " + r.TargetTypeName)}, nil
}

func (refuser) GetFunctions(context.Context, *tfprotov5.GetFunctionsRequest) (*tfprotov5.GetFunctionsResponse, error) {
	return &tfprotov5.GetFunctionsResponse{}, nil
}

func (refuser) CallFunction(_ context.Context, r *tfprotov5.CallFunctionRequest) (*tfprotov5.CallFunctionResponse, error) {
	return &tfprotov5.CallFunctionResponse{Error: &tfprotov5.FunctionError{Text: refusal("call " + r.Name)[0].Summary}}, nil
}

func (refuser) ValidateEphemeralResourceConfig(_ context.Context, r *tfprotov5.ValidateEphemeralResourceConfigRequest) (*tfprotov5.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov5.ValidateEphemeralResourceConfigResponse{Diagnostics: refusal("open " + r.TypeName)}, nil
}

func (refuser) OpenEphemeralResource(_ context.Context, r *tfprotov5.OpenEphemeralResourceRequest) (*tfprotov5.OpenEphemeralResourceResponse, error) {
	return &tfprotov5.OpenEphemeralResourceResponse{Diagnostics: refusal("open " + r.TypeName)}, nil
}

func (refuser) RenewEphemeralResource(_ context.Context, r *tfprotov5.RenewEphemeralResourceRequest) (*tfprotov5.RenewEphemeralResourceResponse, error) {
	return &tfprotov5.RenewEphemeralResourceResponse{Diagnostics: refusal("renew " + r.TypeName)}, nil
}

func (refuser) CloseEphemeralResource(_ context.Context, r *tfprotov5.CloseEphemeralResourceRequest) (*tfprotov5.CloseEphemeralResourceResponse, error) {
	return &tfprotov5.CloseEphemeralResourceResponse{Diagnostics: refusal("close " + r.TypeName)}, nil
}
