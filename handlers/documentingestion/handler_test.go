package main

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/start"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
	"github.com/flowops/flowops/test/searchtest"
)

func TestEnvironment(t *testing.T) {
	t.Setenv("AWS_REGION", searchtest.Region) // Lambda sets it
	handlertest.NeedsEnvironment(t, contract.DocumentIngestion, wire)
	for name, change := range map[string]func(map[string]string){
		"no number":     func(env map[string]string) { env[contract.EnvEmbeddingDims] = "many" },
		"no dimensions": func(env map[string]string) { env[contract.EnvEmbeddingDims] = "1536" },
		"no host":       func(env map[string]string) { env[contract.EnvSearchEndpoint] = "https://search" },
	} {
		env := handlertest.Environment(contract.DocumentIngestion)
		change(env)
		var log handlertest.Buffer
		if _, _, err := start.Prepare(t.Context(), contract.DocumentIngestion, func(n string) (string, bool) { v, ok := env[n]; return v, ok }, &log, wire); err == nil {
			t.Errorf("%s: it starts", name)
		}
	}
}

// A payload that is not the state machine's is refused before anything is read.
func TestRefusedPayloads(t *testing.T) {
	object := contract.IngestedObject{TenantID: "acme", Bucket: bucketName, Key: "tenants/acme/documents/d1", VersionID: "v1", Execution: "e"}
	document := &contract.IngestionDocument{DocumentID: "d1", Version: 1}
	chunks := func(work string, count int) *contract.IngestionChunks {
		return &contract.IngestionChunks{Work: work, Count: count}
	}
	const work = "tenants/acme/work/d1/00000001/"
	with := func(change func(*contract.IngestedObject)) contract.IngestedObject {
		o := object
		change(&o)
		return o
	}
	for name, c := range map[string]struct {
		in   contract.IngestionStep
		want string
	}{
		"no step":               {contract.IngestionStep{Object: object, Document: document}, "PayloadError"},
		"a step that is none":   {contract.IngestionStep{Step: "confidential", Object: object, Document: document}, "PayloadError"},
		"another bucket":        {contract.IngestionStep{Step: contract.StepValidate, Object: with(func(o *contract.IngestedObject) { o.Bucket = "b" })}, "PayloadError"},
		"no version":            {contract.IngestionStep{Step: contract.StepValidate, Object: with(func(o *contract.IngestedObject) { o.VersionID = "" })}, "PayloadError"},
		"no tenant":             {contract.IngestionStep{Step: contract.StepValidate, Object: with(func(o *contract.IngestedObject) { o.TenantID = "" })}, "RefusedError"},
		"another tenant":        {contract.IngestionStep{Step: contract.StepValidate, Object: with(func(o *contract.IngestedObject) { o.TenantID = "acme2" })}, "RefusedError"},
		"no tenant id":          {contract.IngestionStep{Step: contract.StepValidate, Object: with(func(o *contract.IngestedObject) { o.TenantID = "acme*" })}, "RefusedError"},
		"no document":           {contract.IngestionStep{Step: contract.StepChunk, Object: object}, "PayloadError"},
		"another document":      {contract.IngestionStep{Step: contract.StepChunk, Object: object, Document: &contract.IngestionDocument{DocumentID: "d2", Version: 1}}, "PayloadError"},
		"version 0":             {contract.IngestionStep{Step: contract.StepChunk, Object: object, Document: &contract.IngestionDocument{DocumentID: "d1"}}, "PayloadError"},
		"no token":              {contract.IngestionStep{Step: contract.StepAwaitApproval, Object: object, Document: document}, "PayloadError"},
		"no chunks":             {contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: document}, "PayloadError"},
		"another's work":        {contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: document, Chunks: chunks("tenants/acme2/work/d1/00000001/", 1)}, "PayloadError"},
		"no such batch":         {contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: document, Chunks: chunks(work, 50), Batch: 1}, "PayloadError"},
		"a batch below 0":       {contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: document, Chunks: chunks(work, 50), Batch: -1}, "PayloadError"},
		"too many chunks":       {contract.IngestionStep{Step: contract.StepIndex, Object: object, Document: document, Chunks: chunks(work, maxChunks+1)}, "PayloadError"},
		"no status":             {contract.IngestionStep{Step: contract.StepUpdateMetadata, Object: object, Document: document}, "PayloadError"},
		"a person's status":     {contract.IngestionStep{Step: contract.StepUpdateMetadata, Object: object, Document: document, Status: contract.StatusApproved}, "PayloadError"},
		"a removal of nothing":  {contract.IngestionStep{Step: contract.StepRemove, Object: contract.IngestedObject{TenantID: "acme"}}, "PayloadError"},
		"a removal by key":      {contract.IngestionStep{Step: contract.StepRemove, Object: object, Document: document}, "PayloadError"},
		"a removal of nobody's": {contract.IngestionStep{Step: contract.StepRemove, Document: document}, "RefusedError"},
		"a removal of version 0": {contract.IngestionStep{
			Step: contract.StepRemove, Object: contract.IngestedObject{TenantID: "acme"}, Document: &contract.IngestionDocument{DocumentID: "d1"},
		}, "PayloadError"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if got := w.invoke(c.in, nil); got != c.want {
				t.Errorf("error %q, want %s", got, c.want)
			}
			for _, call := range w.cloud.Calls() {
				if call != "AssumeRole" {
					t.Errorf("%s is called", call)
				}
			}
			security := strings.Contains(w.log.String(), `"securityEvent":"identity-refused"`)
			if len(w.domain.Calls()) > 0 || security != (c.want == "RefusedError") {
				t.Errorf("calls %v, log %s", w.domain.Calls(), w.log)
			}
		})
	}
}

// The state machine decides by the names of errors: they are those of its contract.
func TestErrorNames(t *testing.T) {
	api := func(code string, fault smithy.ErrorFault) error {
		return &smithy.OperationError{ServiceID: "S", OperationName: "O", Err: &smithy.GenericAPIError{Code: code, Message: "confidential", Fault: fault}}
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"throttled":       {api("ThrottlingException", smithy.FaultClient), contract.ErrorTransient},
		"down":            {api("InternalServerError", smithy.FaultServer), contract.ErrorTransient},
		"time is over":    {context.DeadlineExceeded, contract.ErrorTransient},
		"busy":            {errors.Join(store.ErrBusy), contract.ErrorTransient},
		"search is down":  {&search.UnavailableError{Operation: "o", Err: errors.New("x")}, contract.ErrorTransient},
		"refused by AWS":  {api("AccessDeniedException", smithy.FaultClient), "IngestionError"},
		"refused by us":   {&tenant.RefusedError{Reason: tenant.ReasonMissing}, "RefusedError"},
		"nothing to wait": {&DocumentWithdrawn{}, contract.ErrorWithdrawn},
		"bad work":        {errors.Join(&WorkError{"x"}), "WorkError"},
		"anything":        {errors.New("x"), "IngestionError"},
	} {
		err := named("step", c.err)
		if got := reflect.TypeOf(err).Elem().Name(); got != c.want || steps.TypeName(err) != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if !errors.Is(err, c.err) && errors.Unwrap(err) != nil || strings.Contains(err.Error(), "confidential") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever a step is given: it ends with an answer or an error of its own names,
// and touches nothing of another tenant (newWorld checks that nothing was denied).
func FuzzStep(f *testing.F) {
	for _, seed := range []string{
		`{"step":"validate","object":{"tenantId":"acme","bucket":"documents-bucket","key":"tenants/acme/documents/d1","versionId":"v1"}}`,
		`{"step":"chunk","object":{"tenantId":"acme","bucket":"documents-bucket","key":"tenants/acme/documents/../../acme2","versionId":"v1"},"document":{"documentId":"..","version":1}}`,
		`{"step":"embed","object":{"tenantId":"acme","bucket":"documents-bucket","key":"tenants/acme/documents/d1","versionId":"v1"},"document":{"documentId":"d1","version":1},"chunks":{"work":"tenants/acme/work/d1/00000001/","count":3},"batch":0}`,
		`{"step":"index","object":{"tenantId":"acme","bucket":"documents-bucket","key":"tenants/acme/documents/d1","versionId":"v1"},"document":{"documentId":"d1","version":1},"chunks":{"work":"tenants/acme/work/d1/00000001/","count":3}}`,
		`{"step":"await-approval","taskToken":"t","object":{"tenantId":"acme","execution":"e","bucket":"documents-bucket","key":"tenants/acme/documents/d1","versionId":"v1"},"document":{"documentId":"d1","version":1}}`,
		`{"step":"update-metadata","status":"indexed","object":{"tenantId":"acme","bucket":"documents-bucket","key":"tenants/acme/documents/d1","versionId":"v1"},"document":{"documentId":"d1","version":1}}`,
		`{"step":"record-failure","error":"E","object":{"tenantId":"acme","bucket":"documents-bucket","key":"tenants/acme/documents/d1#","versionId":"v1"}}`,
		`{"step":"remove","object":{"tenantId":"acme2"},"document":{"documentId":"d1","version":2147483647}}`,
	} {
		f.Add([]byte(seed))
	}
	w := newWorld(f)
	names := map[string]bool{"": true, "TransientError": true, "IngestionError": true, "PayloadError": true, "WorkError": true, "DocumentWithdrawn": true, "RefusedError": true}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var in contract.IngestionStep
		if json.Unmarshal(raw, &in) != nil {
			return
		}
		w.t = t
		w.log.Reset()
		if name := w.invoke(in, nil); !names[name] {
			t.Errorf("error %s", name)
		}
	})
}
