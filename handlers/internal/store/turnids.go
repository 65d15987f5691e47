package store

import (
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
)

// KeyedTurn is the id of the turn of a person's request with an idempotency key.
func KeyedTurn(subject, key string) string { return digest("turn", subject, key) }

// NewTurn is the id of a turn that nobody asks for again.
func NewTurn() (string, error) { return newID() }

// TurnIDs are the ids of what a turn writes. They are the same each time that
// the turn is answered, so that nothing is written twice.
type TurnIDs struct {
	Conversation string // of the conversation that it begins, if it begins one
	Question     string
	Answer       string // follows the question's, with none between them
}

// IDsOf are the ids of what the turn writes: UUIDs of version 7, with the time
// when it was accepted and, for the random part, a digest of whose it is.
func IDsOf(turn contract.Turn) (TurnIDs, error) {
	at, err := time.Parse(time.RFC3339, turn.AcceptedAt)
	if err != nil {
		return TurnIDs{}, fmt.Errorf("the turn has no time: %w", err)
	}
	id := func(of string) uuid.UUID {
		h := sha256.Sum256([]byte(digest(of, turn.TenantID, turn.Subject, turn.TurnID)))
		var u uuid.UUID
		copy(u[:], h[:])
		ms := at.UnixMilli()
		for n := range 6 {
			u[n] = byte(ms >> (40 - 8*n))
		}
		u[6], u[8] = u[6]&0x0f|0x70, u[8]&0x3f|0x80
		return u
	}
	question := id("message")
	question[15] &^= 1
	answer := question
	answer[15] |= 1
	return TurnIDs{id("conversation").String(), question.String(), answer.String()}, nil
}
