package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Agents are a tenant's agents: its one agent, so far.
type Agents struct{ t table }

// NewAgents opens the tenant's part of the agents table.
func NewAgents(scope tenant.Scope, tableName string, now Clock) (Agents, error) {
	t, err := open(contract.Agents, tableName, scope, now)
	return Agents{t}, err
}

// ErrNotReady is the error of an agent that is on its way in or out. To all but
// the provisioner it is as if there were none: it is an ErrNotFound.
var ErrNotReady = fmt.Errorf("%w: the tenant's agent is not ready", ErrNotFound)

// Get returns the tenant's agent. Its errors are ErrNotFound, of a tenant that
// has none, ErrNotReady, and those of calls.
func (s Agents) Get(ctx context.Context) (contract.AgentConfiguration, error) {
	var agent contract.AgentConfiguration
	if err := s.t.get(ctx, s.sortKey(), &agent); err != nil {
		return contract.AgentConfiguration{}, err
	}
	if agent.State != contract.AgentReady {
		return contract.AgentConfiguration{}, ErrNotReady
	}
	return agent, nil
}

func (s Agents) sortKey() string {
	return must(contract.Key(s.t.schema.SK.Pattern, contract.DefaultAgent))
}

// AgentsFor is how long an AgentCache keeps what it read: a change of a tenant's
// agent is seen that much later.
const AgentsFor = 30 * time.Second

// AgentCache reads tenants' agents and keeps them for AgentsFor. What could not
// be read, or is not there, or is not ready, is not kept. It is safe for concurrent use.
type AgentCache struct {
	tableName string
	now       Clock

	mu   sync.Mutex
	kept map[string]keptAgent
}

type keptAgent struct {
	agent contract.AgentConfiguration
	until time.Time
}

// NewAgentCache returns a cache with nothing kept.
func NewAgentCache(tableName string, now Clock) *AgentCache {
	return &AgentCache{tableName: tableName, now: now, kept: map[string]keptAgent{}}
}

// Get returns the agent of the scope's tenant, with the errors of Agents.Get.
func (c *AgentCache) Get(ctx context.Context, scope tenant.Scope) (contract.AgentConfiguration, error) {
	agents, err := NewAgents(scope, c.tableName, c.now)
	if err != nil {
		return contract.AgentConfiguration{}, err
	}
	now := c.now()
	c.mu.Lock()
	k, ok := c.kept[scope.Tenant()]
	c.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.agent, nil
	}
	agent, err := agents.Get(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		if errors.Is(err, ErrNotFound) {
			delete(c.kept, scope.Tenant())
		}
		return contract.AgentConfiguration{}, err
	}
	c.kept[scope.Tenant()] = keptAgent{agent, now.Add(AgentsFor)}
	return agent, nil
}

// KeyID is the id of the tenant's API key.
func (c *AgentCache) KeyID(ctx context.Context, scope tenant.Scope) (string, error) {
	agent, err := c.Get(ctx, scope)
	return agent.APIKeyID, err
}
