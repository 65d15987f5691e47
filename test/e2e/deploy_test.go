package e2e

import "testing"

func TestDeploy(t *testing.T) {
	w := newWorld(t, nil)
	t.Logf("%d made; left out:", w.deployment.Made)
	for _, reason := range w.deployment.Reasons() {
		t.Log("  " + reason)
	}
	for _, c := range w.gateway.Recorder().Calls() {
		t.Logf("%s %s %s %v %d", c.Function, c.Role, c.Operation, c.Actions, c.Status)
	}
}
