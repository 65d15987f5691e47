package e2e

import (
	"testing"

	"github.com/flowops/flowops/envs"
)

// TestPlatform deploys the platform once and runs its scenarios against it.
func TestPlatform(t *testing.T) {
	w := newWorld(t, func(cfg *envs.Config) { cfg.Events.ApprovalRequired, cfg.Events.ApprovalDays = true, 1 })
	w.onboard("acme", "acme2")
	for name, scenario := range map[string]func(*testing.T, *world){
		"tickets": testTickets,
	} {
		t.Run(name, func(t *testing.T) { scenario(t, w) })
	}
	t.Logf("%d resources made; left out:", w.deployment.Made)
	for _, reason := range w.deployment.Reasons() {
		t.Log("  " + reason)
	}
}
