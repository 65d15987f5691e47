package tenant

import "github.com/flowops/flowops/contract"

// FromHandover is the identity behind a chat message that the websocket
// function hands on. It verified who the client is when the message came, and
// nothing but Lambda's permissions lets anybody invoke a function with such a
// payload: the identity has no roles, and is checked as the others are. It
// returns a *RefusedError.
func FromHandover(handover contract.ChatHandover) (Identity, error) {
	return identity(handover.Subject, nil, handover.TenantID, nil)
}

// FromDataStep is the identity behind a step that exports or erases a tenant's
// data: nobody's but the tenant's. Nobody but that state machine may invoke the
// function with such a payload, and nobody but the provisioner starts it. It
// returns a *RefusedError.
func FromDataStep(step contract.TenantDataStep) (Identity, error) {
	switch {
	case step.TenantID == "":
		return Identity{}, &RefusedError{ReasonMissing}
	case !contract.ValidTenantID(step.TenantID):
		return Identity{}, &RefusedError{ReasonMalformed}
	}
	return Identity{tenant: step.TenantID}, nil
}
