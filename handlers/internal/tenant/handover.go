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
