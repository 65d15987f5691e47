// Package fakeaws is the part of AWS that the functions' unit tests need, in
// memory and behind the interfaces that the functions take: it evaluates keys,
// conditions and updates, and refuses what the tenant's session tag does not
// reach, as the tenant access roles' policies do.
package fakeaws

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Cloud is an AWS account. It is safe for concurrent use.
type Cloud struct {
	mu       sync.Mutex
	now      func() time.Time
	tables   map[string]*tableData
	objects  map[string][]object // versions by key, the newest first
	sessions map[string]string   // tenant by access key
	calls    []string
	denied   []string
	fault    func(operation string) error
	meantime map[string]func()
	serial   int
	scarce   int // batches of which a part is left undone

	Events    []Event
	Successes []Sent
	Failures  []Sent
	// Stuck are objects that can't be deleted, with the code of the error.
	Stuck map[string]string
	over  map[string]bool // task tokens that nothing waits with

	// Issue, where set, makes the credentials of a tenant's session, for tests in
	// which another service than these checks them. They differ by tenant.
	Issue func(tenant string) aws.Credentials
}

// Event is an event on the bus.
type Event struct{ Type, Detail string }

// Sent is what ended a wait.
type Sent struct{ Token, Content string }

// New is an account with a table for each of the contract's, by its short name.
func New(now func() time.Time) *Cloud {
	c := &Cloud{now: now, tables: map[string]*tableData{}, objects: map[string][]object{}, sessions: map[string]string{}, over: map[string]bool{}}
	for _, t := range contract.Tables() {
		c.tables[t.Name] = &tableData{schema: t, items: map[string]Item{}}
	}
	return c
}

// SetFault makes calls fail: fault returns an operation's error ("GetItem"), nil
// for none. It is asked before the call does anything; an AfterError is returned
// when the call has done everything.
func (c *Cloud) SetFault(fault func(operation string) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = fault
}

// Meanwhile has do happen once, right before the next call of the operation is
// carried out: what another request does meanwhile. It is for DynamoDB's writes.
func (c *Cloud) Meanwhile(operation string, do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.meantime = map[string]func(){operation: do}
}

// passTime does what Meanwhile says. The caller does not hold the lock.
func (c *Cloud) passTime(operation string) {
	c.mu.Lock()
	do := c.meantime[operation]
	delete(c.meantime, operation)
	c.mu.Unlock()
	if do != nil {
		do()
	}
}

// AfterError is the error of a call that did its work, and whose answer is lost.
type AfterError struct{ Err error }

func (e AfterError) Error() string { return e.Err.Error() }

// Throttled is a service's error for too many calls.
func Throttled() error {
	return &smithy.GenericAPIError{Code: "ThrottlingException", Message: "slow down", Fault: smithy.FaultClient}
}

// Down is a service's error for trouble of its own.
func Down() error {
	return &smithy.GenericAPIError{Code: "InternalServerError", Message: "trouble", Fault: smithy.FaultServer}
}

// Calls are the names of all operations so far, and Denied what a session tag
// did not reach.
func (c *Cloud) Calls() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.calls...)
}

// Denied are the calls that a session's tag did not reach.
func (c *Cloud) Denied() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.denied...)
}

// begin records a call. The caller holds the lock. after is to be returned when
// the call is done.
func (c *Cloud) begin(operation string) (after, before error) {
	c.calls = append(c.calls, operation)
	if c.fault == nil {
		return nil, nil
	}
	err := c.fault(operation)
	if lost, ok := err.(AfterError); ok { //nolint:errorlint // it comes unwrapped
		return lost.Err, nil
	}
	return nil, err
}

// AssumeRole opens a session of the tenant that the tags name.
func (c *Cloud) AssumeRole(_ context.Context, in *sts.AssumeRoleInput, _ ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	after, err := c.begin("AssumeRole")
	if err != nil {
		return nil, err
	}
	if len(in.Tags) != 1 || aws.ToString(in.Tags[0].Key) != contract.TenantTag || len(in.TransitiveTagKeys) != 1 || in.TransitiveTagKeys[0] != contract.TenantTag {
		return nil, c.deny("sts:AssumeRole without the tenant's tag")
	}
	c.serial++
	key := fmt.Sprintf("ASIA%08d", c.serial)
	issued := aws.Credentials{AccessKeyID: key, SecretAccessKey: "secret-of-" + key, SessionToken: "token-of-" + key}
	if c.Issue != nil {
		issued = c.Issue(aws.ToString(in.Tags[0].Value))
	}
	c.sessions[issued.AccessKeyID] = aws.ToString(in.Tags[0].Value)
	return &sts.AssumeRoleOutput{Credentials: &ststypes.Credentials{
		AccessKeyId: aws.String(issued.AccessKeyID), SecretAccessKey: aws.String(issued.SecretAccessKey), SessionToken: aws.String(issued.SessionToken),
		Expiration: aws.Time(c.now().Add(time.Duration(aws.ToInt32(in.DurationSeconds)) * time.Second)),
	}}, after
}

func (c *Cloud) deny(what string) error {
	c.denied = append(c.denied, what)
	return &smithy.GenericAPIError{Code: "AccessDeniedException", Message: what, Fault: smithy.FaultClient}
}

// Clients makes clients whose calls are judged by their credentials.
func (c *Cloud) Clients() tenant.Clients {
	return tenant.Clients{
		DynamoDB:  func(cfg aws.Config) tenant.DynamoDB { return dynamo{c, cfg} },
		S3:        func(cfg aws.Config) tenant.S3 { return bucket{c, cfg} },
		Presigner: tenant.AWS().Presigner, // signing calls nothing
	}
}

// tenantOf is the tag of the session behind a configuration. The caller holds
// the lock.
func (c *Cloud) tenantOf(ctx context.Context, cfg aws.Config) string {
	credentials, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return ""
	}
	return c.sessions[credentials.AccessKeyID]
}

// reaches is dynamodb:LeadingKeys as the tenant access roles have it.
func reaches(tenant, partition string) bool {
	own := "TENANT#" + tenant
	return tenant != "" && (partition == own || strings.HasPrefix(partition, own+"#"))
}
