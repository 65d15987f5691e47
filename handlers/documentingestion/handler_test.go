package main

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/searchtest"
	"github.com/flowops/flowops/handlers/internal/start"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
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
		var log lockedBuffer
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
		if got := reflect.TypeOf(err).Elem().Name(); got != c.want || typeName(err) != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if !errors.Is(err, c.err) && errors.Unwrap(err) != nil || strings.Contains(err.Error(), "confidential") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUploadWithoutItsVersion(t *testing.T) {
	for _, version := range []string{"", "0", "-1", "one", "99999999999999999999"} {
		w := newWorld(t)
		d, object := w.uploaded("acme", "", "x")
		object.VersionID = w.cloud.UploadBody(d.S3Key, []byte("x"), map[string]string{contract.DocumentVersionMetadata: version})
		m := (&machine{w: w, object: object}).run()
		if m.end != "Failed" || m.failure != "IngestionError" || w.status(d) != "pending pending" {
			t.Errorf("%q: %s by %s, %s", version, m.end, m.failure, w.status(d))
		}
	}
}

// S3 says of what is gone that it is not allowed, to who may not list.
func TestUploadThatIsNotAllowed(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", "x")
	refusals := 0
	w.cloud.SetFault(func(operation string) error {
		if operation != "GetObject" {
			return nil
		}
		if refusals++; refusals > 2 {
			return nil
		}
		return &smithy.GenericAPIError{Code: "AccessDenied", Fault: smithy.FaultClient}
	})
	if m := (&machine{w: w, object: object}).run(); m.end != "Done" || refusals <= 2 || w.status(d) != "indexed indexed" {
		t.Errorf("%s by %s after %d refusals", m.end, m.failure, refusals)
	}
}

func TestRecordFailure(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	fail := func(version int, name string) {
		t.Helper()
		in := contract.IngestionStep{Step: contract.StepRecordFailure, Object: object, Error: name, Cause: "confidential", Document: &contract.IngestionDocument{}}
		if version > 0 {
			in.Document = &contract.IngestionDocument{DocumentID: d.DocumentID, Version: version}
		}
		if name := w.invoke(in, nil); name != "" {
			t.Error(name)
		}
	}
	fail(0, "States.Timeout") // it was not taken up yet
	if w.status(d) != "pending pending" {
		t.Error(w.status(d))
	}
	m := &machine{w: w, object: object}
	m.validate()
	fail(0, "States.Timeout") // taken up, but validation's answer was lost
	if w.status(d) != "failed failed" || w.item(d, 0)["reason"] != "The document could not be learned (States.Timeout)." {
		t.Errorf("%v", w.item(d, 0))
	}
	m = (&machine{w: w, object: object}).run()
	fail(1, "States.Timeout") // too late
	if m.end != "Done" || w.status(d) != "indexed indexed" || w.found(d) != "1:2" {
		t.Errorf("%s, %s, %q", m.end, w.status(d), w.found(d))
	}
	d2, second := w.uploaded("acme", d.DocumentID, text("plug", 1))
	(&machine{w: w, object: second}).validate()
	w.document("acme", d.DocumentID, "text/plain", 1)
	object = second
	fail(2, `confidential "name"`) // of an older version: the newer head stays
	if w.status(d2) != "pending indexed failed pending" || w.item(d, 2)["reason"] != "The document could not be learned (unknown)." {
		t.Errorf("%s, %v", w.status(d2), w.item(d, 2))
	}
	object = contract.IngestedObject{TenantID: "acme", Bucket: bucketName, Key: "tenants/acme/documents/un known", VersionID: "v"}
	fail(0, "x")
	object.Key = "tenants/acme/documents/unknown"
	fail(0, "x")
	if !strings.Contains(w.log.String(), `"EmbeddingCoverage":0`) {
		t.Error("the failure is not measured")
	}
}

func TestRemove(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	(&machine{w: w, object: object}).run()
	in := handlertest.Event[contract.IngestionStep](t, "remove.json")
	if name := w.invoke(in, nil); name != "" || w.found(d) != "1:2" { // another document
		t.Errorf("%s, found %q", name, w.found(d))
	}
	if name := w.invoke(removal(d), nil); name != contract.ErrorTransient || w.found(d) != "" {
		t.Errorf("while it is there: %q, found %q", name, w.found(d))
	}
	deletion{w, d}.end()
	for range 2 {
		if name := w.invoke(removal(d), nil); name != "" {
			t.Error(name)
		}
	}
}

// The invocation's time runs out: the step ends before it does.
func TestTimeRunsOut(t *testing.T) {
	w := newWorld(t)
	_, object := w.uploaded("acme", "", text("plug", 1))
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(reserve)) // nothing is left beside the reserve
	defer cancel()
	_, err := w.h.handle(ctx, contract.IngestionStep{Step: contract.StepValidate, Object: object})
	var transient *TransientError
	if !errors.As(err, &transient) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// answers is a model that answers so.
type answers func() ([]byte, error)

func (a answers) InvokeModel(context.Context, *bedrockruntime.InvokeModelInput, ...func(*bedrockruntime.Options)) (*bedrockruntime.InvokeModelOutput, error) {
	body, err := a()
	if err != nil {
		return nil, err
	}
	return &bedrockruntime.InvokeModelOutput{Body: body}, nil
}

func TestModelAnswers(t *testing.T) {
	good, err := json.Marshal(map[string]any{"embedding": fakeaws.Vector("x", length)})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body      string
		err       error
		recovers  bool
		throttles int64
	}{
		"no JSON":        {body: "<html>"},
		"no vector":      {body: "{}"},
		"too short":      {body: `{"embedding":[1]}`},
		"zeros":          {body: `{"embedding":[` + strings.TrimSuffix(strings.Repeat("0,", length), ",") + `]}`},
		"too large":      {body: `{"embedding":[` + strings.TrimSuffix(strings.Repeat("1e300,", length), ",") + `]}`},
		"refused":        {err: &types.ValidationException{Message: aws.String("confidential")}},
		"not allowed":    {err: &types.AccessDeniedException{}},
		"throttled":      {err: &types.ThrottlingException{}, recovers: true, throttles: 1},
		"loading":        {err: &types.ModelNotReadyException{}, recovers: true, throttles: 1},
		"slow":           {err: &types.ModelTimeoutException{}, recovers: true},
		"down":           {err: &types.ServiceUnavailableException{}, recovers: true},
		"of another day": {err: &types.ServiceQuotaExceededException{}},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			m := model{dimensions: length, attempts: 3, pauseBase: time.Microsecond, pauseLimit: time.Microsecond, client: answers(func() ([]byte, error) {
				if calls++; calls > 1 {
					return good, nil
				}
				return []byte(c.body), c.err
			})}
			var used usage
			vector, err := m.patiently(context.Background(), "x", &used)
			if (err == nil) != c.recovers || c.recovers && len(vector) != length || used.throttles.Load() != c.throttles || used.invocations.Load() != int64(calls) {
				t.Errorf("%v after %d calls, %d throttles", err, calls, used.throttles.Load())
			}
			calls = 0
			m.attempts = 1
			if _, err := m.patiently(context.Background(), "x", &used); err == nil || modelRecovers(err) != c.recovers {
				t.Errorf("with one attempt: %v", err)
			}
		})
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
		w.log.b.Reset()
		if name := w.invoke(in, nil); !names[name] {
			t.Errorf("error %s", name)
		}
	})
}
