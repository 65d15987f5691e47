package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/start"
	"github.com/flowops/flowops/test/searchtest"
)

const (
	writerARN = "arn:aws:iam::111111111111:role/flowops-dev-document-ingestion-tenant"
	agentRole = "arn:aws:iam::111111111111:role/flowops/tenants/flowops-dev-tenant-"
)

// roleTaker is STS: it gives the master's credentials to who asks for its role.
type roleTaker struct {
	server *searchtest.Server
	err    error
	until  int // the first times that err is given; 0 is always

	mu    sync.Mutex
	taken int
}

func (r *roleTaker) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, _ ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken++
	if r.err != nil && (r.until == 0 || r.taken <= r.until) {
		return nil, r.err
	}
	c, err := r.server.Credentials(searchtest.Principal{RoleARN: aws.ToString(in.RoleArn)}).Retrieve(ctx)
	return &sts.AssumeRoleOutput{
		AssumedRoleUser: &ststypes.AssumedRoleUser{Arn: in.RoleArn, AssumedRoleId: aws.String("A:" + aws.ToString(in.RoleSessionName))},
		Credentials: &ststypes.Credentials{
			AccessKeyId: &c.AccessKeyID, SecretAccessKey: &c.SecretAccessKey, SessionToken: &c.SessionToken, Expiration: aws.Time(time.Now().Add(time.Hour)),
		},
	}, err
}

// testHandler is the function against a server, with short pauses, and its log.
func testHandler(t *testing.T, s *searchtest.Server) (handler, *roleTaker, *strings.Builder) {
	t.Helper()
	domain, err := search.NewDomain(search.Config{
		Endpoint: s.Host(), Region: searchtest.Region, HTTP: s.Client(), TripAfter: -1,
		BackoffBase: time.Millisecond, BackoffCap: 2 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	taker := &roleTaker{server: s}
	h := newHandler(start.Input{Log: slog.New(slog.NewJSONHandler(&log, nil))},
		domain.Master(masterCredentials(taker, searchtest.Master.RoleARN)), searchtest.Master.RoleARN)
	h.waitFor, h.pause = 10*time.Second, time.Millisecond
	return h, taker, &log
}

// invoke invokes the function as a Lambda of some seconds.
func invoke(t *testing.T, h handler, in any) (*contract.SearchReport, error) {
	t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(handlertest.Context(), 30*time.Second)
	defer cancel()
	return h.handle(ctx, text)
}

// deployment is the setup of a deploy.
func deployment(t *testing.T) contract.SearchRequest {
	t.Helper()
	return handlertest.Event[contract.SearchRequest](t, "deploy.json")
}

func tenantRequest(id string, remove bool) contract.SearchRequest {
	return contract.SearchRequest{Tenant: &contract.SearchTenant{TenantID: id, RoleARN: agentRole + id, Remove: remove}}
}

func nopLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

func mustJSON(t *testing.T, v any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
