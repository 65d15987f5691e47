package tenant

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"golang.org/x/sync/singleflight"

	"github.com/flowops/flowops/contract"
)

// Lifetimes of a scope's credentials.
const (
	// sessionSeconds is the longest that STS gives a role that is assumed by a
	// role (AssumeRole, "role chaining": one hour).
	sessionSeconds = 3600
	// margin is how long credentials are good for at the least when they are
	// handed out. What is presigned with them ends with them: it is longer than
	// contract.MaxPresign.
	margin = 20 * time.Minute
	// assumeTimeout bounds one AssumeRole with its retries.
	assumeTimeout = 5 * time.Second
)

// STS is what scopes are made with.
type STS interface {
	AssumeRole(context.Context, *sts.AssumeRoleInput, ...func(*sts.Options)) (*sts.AssumeRoleOutput, error)
}

// Scope reaches one tenant's data: its clients' credentials carry the tenant's
// tag. Only Scopes.Scope makes one; the zero value reaches nothing.
type Scope struct {
	tenant    string
	config    aws.Config
	dynamoDB  func() DynamoDB
	s3        func() S3
	presigner func() Presigner
}

// ErrNoScope is the error of using a Scope that Scopes.Scope did not make.
var ErrNoScope = errors.New("no tenant scope")

// Tenant is the tenant's id.
func (s Scope) Tenant() string { return s.tenant }

// Config is a configuration with the tenant's credentials, for clients that
// this package does not make, such as one of the search domain.
func (s Scope) Config() (aws.Config, error) {
	if s.tenant == "" {
		return aws.Config{}, ErrNoScope
	}
	return s.config.Copy(), nil
}

// DynamoDB is a client with the tenant's credentials.
func (s Scope) DynamoDB() (DynamoDB, error) {
	if s.tenant == "" {
		return nil, ErrNoScope
	}
	return s.dynamoDB(), nil
}

// S3 is a client with the tenant's credentials.
func (s Scope) S3() (S3, error) {
	if s.tenant == "" {
		return nil, ErrNoScope
	}
	return s.s3(), nil
}

// Presigner signs with the tenant's credentials. What it signs must not live
// longer than contract.MaxPresign.
func (s Scope) Presigner() (Presigner, error) {
	if s.tenant == "" {
		return nil, ErrNoScope
	}
	return s.presigner(), nil
}

// Scopes makes scopes and keeps them until shortly before their credentials
// expire. It is safe for concurrent use.
type Scopes struct {
	sts      STS
	base     aws.Config
	roleARN  string
	function string
	clients  Clients
	now      func() time.Time

	flight singleflight.Group
	mu     sync.Mutex
	kept   map[string]keptScope
}

type keptScope struct {
	scope   Scope
	expires time.Time
}

// Options are what Scopes are made of.
type Options struct {
	STS      STS
	Base     aws.Config        // region, retries and endpoints; its credentials are not used
	RoleARN  string            // the function's tenant access role
	Function contract.Function // names the sessions
	Clients  Clients
	Now      func() time.Time
}

// NewScopes returns Scopes with none kept.
func NewScopes(o Options) *Scopes {
	return &Scopes{sts: o.STS, base: o.Base, roleARN: o.RoleARN, function: o.Function.Name, clients: o.Clients, now: o.Now, kept: map[string]keptScope{}}
}

// Scope returns the scope of the identity's tenant. Requests of a tenant that
// come together share one AssumeRole; an error is theirs alone and is not kept.
func (s *Scopes) Scope(ctx context.Context, identity Identity) (Scope, error) {
	if !contract.ValidTenantID(identity.tenant) {
		return Scope{}, fmt.Errorf("open a scope: %w", &RefusedError{ReasonMissing})
	}
	return s.scope(ctx, []types.Tag{{Key: aws.String(contract.TenantTag), Value: aws.String(identity.tenant)}}, identity.tenant)
}

func (s *Scopes) scope(ctx context.Context, tags []types.Tag, tenant string) (Scope, error) {
	key := tagSet(tags)
	if scope, ok := s.find(key); ok {
		return scope, nil
	}
	// The one who comes first assumes the role for all: that it is cancelled must
	// not fail the others.
	result := s.flight.DoChan(key, func() (any, error) {
		if scope, ok := s.find(key); ok {
			return scope, nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), assumeTimeout)
		defer cancel()
		return s.assume(ctx, key, tags, tenant)
	})
	select {
	case <-ctx.Done():
		return Scope{}, fmt.Errorf("open a scope: %w", ctx.Err())
	case r := <-result:
		if r.Err != nil {
			return Scope{}, r.Err
		}
		return r.Val.(Scope), nil
	}
}

// tagSet is the tags as one key. Neither part of a tag that is made here holds
// a line break.
func tagSet(tags []types.Tag) string {
	key := ""
	for _, t := range tags {
		key += *t.Key + "=" + *t.Value + "\n"
	}
	return key
}

func (s *Scopes) find(key string) (Scope, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.kept[key]
	if !ok || !s.now().Add(margin).Before(k.expires) {
		return Scope{}, false
	}
	return k.scope, true
}

func (s *Scopes) assume(ctx context.Context, key string, tags []types.Tag, tenant string) (Scope, error) {
	out, err := s.sts.AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String(s.roleARN),
		// Function and tenant: at most 18 + 1 + 32 of the 64 characters that STS takes.
		RoleSessionName:   aws.String(s.function + "@" + tenant),
		DurationSeconds:   aws.Int32(sessionSeconds),
		Tags:              tags,
		TransitiveTagKeys: []string{contract.TenantTag},
	})
	if err != nil {
		return Scope{}, fmt.Errorf("assume the tenant access role: %w", err)
	}
	c := out.Credentials
	if c == nil || aws.ToString(c.AccessKeyId) == "" || aws.ToString(c.SecretAccessKey) == "" || aws.ToString(c.SessionToken) == "" || c.Expiration == nil {
		return Scope{}, errors.New("assume the tenant access role: the answer has no complete credentials")
	}
	if !s.now().Before(*c.Expiration) {
		return Scope{}, errors.New("assume the tenant access role: the credentials have expired already")
	}
	config := s.base.Copy()
	config.Credentials = credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
	scope := Scope{
		tenant: tenant, config: config,
		dynamoDB:  sync.OnceValue(func() DynamoDB { return s.clients.DynamoDB(config) }),
		s3:        sync.OnceValue(func() S3 { return s.clients.S3(config) }),
		presigner: sync.OnceValue(func() Presigner { return s.clients.Presigner(config) }),
	}
	s.keep(key, keptScope{scope, *c.Expiration})
	return scope, nil
}

func (s *Scopes) keep(key string, k keptScope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for old, o := range s.kept {
		if !s.now().Before(o.expires) {
			delete(s.kept, old)
		}
	}
	s.kept[key] = k
}
