package tenant

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

const roleARN = "arn:aws:iam::111111111111:role/flowops-dev-records-tenant"

// fakeSTS hands out credentials that name the tag.
type fakeSTS struct {
	mu    sync.Mutex
	calls map[string]int
	last  *sts.AssumeRoleInput
	err   error
	pause chan struct{} // nil: answers at once
	life  time.Duration
	now   func() time.Time
	void  bool
}

func (f *fakeSTS) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, _ ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	f.mu.Lock()
	tag := *in.Tags[0].Value
	f.calls[tag]++
	n := f.calls[tag]
	f.last = in
	err, pause := f.err, f.pause
	f.mu.Unlock()
	if pause != nil {
		select {
		case <-pause:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err != nil {
		return nil, err
	}
	if f.void {
		return &sts.AssumeRoleOutput{}, nil
	}
	return &sts.AssumeRoleOutput{Credentials: &types.Credentials{
		AccessKeyId: aws.String(fmt.Sprintf("%s-%d", tag, n)), SecretAccessKey: aws.String("s"), SessionToken: aws.String("t"),
		Expiration: aws.Time(f.now().Add(f.life)),
	}}, nil
}

func (f *fakeSTS) count(tag string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[tag]
}

func newScopes(t *testing.T) (*Scopes, *fakeSTS, *handlertest.Clock) {
	t.Helper()
	c := handlertest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), 0)
	f := &fakeSTS{calls: map[string]int{}, life: time.Hour, now: c.Now}
	return NewScopes(Options{
		STS: f, Base: aws.Config{Region: "us-east-1"}, RoleARN: roleARN, Function: contract.Records, Clients: AWS(), Now: c.Now,
	}), f, c
}

func of(tenant string) Identity { return Identity{tenant: tenant, subject: "person-of-" + tenant} }

func accessKey(t *testing.T, s Scope) string {
	t.Helper()
	cfg, err := s.Config()
	if err != nil {
		t.Fatal(err)
	}
	c, err := cfg.Credentials.Retrieve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c.AccessKeyID
}

func TestScopeAssumesTheRoleWithTheTag(t *testing.T) {
	scopes, f, _ := newScopes(t)
	s, err := scopes.Scope(context.Background(), of("acme"))
	if err != nil {
		t.Fatal(err)
	}
	in := f.last
	if *in.RoleArn != roleARN || *in.RoleSessionName != "records@acme" || *in.DurationSeconds != 3600 {
		t.Errorf("%s %s %d", *in.RoleArn, *in.RoleSessionName, *in.DurationSeconds)
	}
	if len(in.Tags) != 1 || *in.Tags[0].Key != "TenantId" || *in.Tags[0].Value != "acme" || len(in.TransitiveTagKeys) != 1 || in.TransitiveTagKeys[0] != "TenantId" {
		t.Errorf("tags %v, transitive %v", in.Tags, in.TransitiveTagKeys)
	}
	if strings.Contains(*in.RoleSessionName, "person") {
		t.Error("the session's name names the person")
	}
	if s.Tenant() != "acme" || accessKey(t, s) != "acme-1" {
		t.Errorf("%s: %s", s.Tenant(), accessKey(t, s))
	}
}

func TestScopeIsKeptUntilBeforeItExpires(t *testing.T) {
	scopes, f, c := newScopes(t)
	get := func(want string) {
		t.Helper()
		s, err := scopes.Scope(context.Background(), of("acme"))
		if err != nil {
			t.Fatal(err)
		}
		if got := accessKey(t, s); got != want {
			t.Errorf("credentials %s, want %s", got, want)
		}
	}
	get("acme-1")
	c.Pass(time.Hour - margin - time.Second)
	get("acme-1")
	c.Pass(time.Second) // margin left: what is presigned must live that long
	get("acme-2")
	get("acme-2")
	if margin <= contract.MaxPresign {
		t.Error("what is presigned outlives its credentials")
	}
	if s, err := scopes.Scope(context.Background(), of("acme2")); err != nil || accessKey(t, s) != "acme2-1" {
		t.Errorf("the neighbour: %v", err)
	}
	c.Pass(2 * time.Hour)
	get("acme-3")
	if len(scopes.kept) != 1 {
		t.Errorf("%d scopes are kept: expired ones stay", len(scopes.kept))
	}
	if f.count("acme") != 3 {
		t.Errorf("%d calls", f.count("acme"))
	}
}

func TestScopeFailsClosed(t *testing.T) {
	scopes, f, c := newScopes(t)
	for _, tenant := range []string{"", "a", "acme/x", "acme*"} {
		var refused *RefusedError
		if _, err := scopes.Scope(context.Background(), of(tenant)); !errors.As(err, &refused) {
			t.Errorf("%q: %v", tenant, err)
		}
	}
	if len(f.calls) != 0 {
		t.Errorf("roles assumed: %v", f.calls)
	}
	cause := errors.New("no")
	f.err = cause
	if s, err := scopes.Scope(context.Background(), of("acme")); !errors.Is(err, cause) || s.Tenant() != "" {
		t.Errorf("%v, %v", s, err)
	}
	f.err, f.void = nil, true
	if _, err := scopes.Scope(context.Background(), of("acme")); err == nil {
		t.Error("a scope without credentials")
	}
	f.void, f.life = false, -time.Second
	if _, err := scopes.Scope(context.Background(), of("acme")); err == nil {
		t.Error("a scope of expired credentials")
	}
	f.life = time.Hour
	if s, err := scopes.Scope(context.Background(), of("acme")); err != nil || accessKey(t, s) != "acme-4" {
		t.Errorf("an error was kept: %v", err)
	}
	_ = c
	var none Scope
	if _, err := none.DynamoDB(); !errors.Is(err, ErrNoScope) {
		t.Error("the zero scope has a client")
	}
	if _, err := none.S3(); !errors.Is(err, ErrNoScope) {
		t.Error("the zero scope has a client")
	}
	if _, err := none.Presigner(); !errors.Is(err, ErrNoScope) {
		t.Error("the zero scope has a signer")
	}
	if _, err := none.Config(); !errors.Is(err, ErrNoScope) {
		t.Error("the zero scope has a configuration")
	}
}

func TestScopeIsSharedByThoseWhoComeTogether(t *testing.T) {
	scopes, f, _ := newScopes(t)
	f.pause = make(chan struct{})
	tenants := []string{"acme", "acme2", "globex"}
	var wg sync.WaitGroup
	for n := range 300 {
		tenant := tenants[n%len(tenants)]
		wg.Go(func() {
			s, err := scopes.Scope(context.Background(), of(tenant))
			if err != nil {
				t.Error(err)
				return
			}
			if s.Tenant() != tenant || accessKey(t, s) != tenant+"-1" {
				t.Errorf("%s got %s with %s", tenant, s.Tenant(), accessKey(t, s))
			}
			if _, err := s.DynamoDB(); err != nil {
				t.Error(err)
			}
		})
	}
	close(f.pause)
	wg.Wait()
	for _, tenant := range tenants {
		if n := f.count(tenant); n != 1 {
			t.Errorf("%s: %d calls", tenant, n)
		}
	}
}

func TestScopeOutlivesTheOneWhoCameFirst(t *testing.T) {
	scopes, f, _ := newScopes(t)
	f.pause = make(chan struct{})
	first, cancel := context.WithCancel(context.Background())
	failed := make(chan error)
	go func() { _, err := scopes.Scope(first, of("acme")); failed <- err }()
	for f.count("acme") == 0 {
		time.Sleep(time.Millisecond)
	}
	second := make(chan error)
	go func() { _, err := scopes.Scope(context.Background(), of("acme")); second <- err }()
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled one got %v", err)
	}
	close(f.pause)
	if err := <-second; err != nil {
		t.Errorf("the other one got %v", err)
	}
	if f.count("acme") != 1 {
		t.Errorf("%d calls", f.count("acme"))
	}
}
