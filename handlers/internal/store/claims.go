package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/flowops/flowops/contract"
)

// ErrLost is the error of who answers a turn whose lease ended: another one
// answers it now, or did.
var ErrLost = errors.New("the turn is another one's by now")

// Claim makes the caller the one who answers the turn, for as long as the lease.
// It returns the turn as it is then and true; or, where another one answers it
// or it is done, the turn as it is and false. Its errors are ErrNotFound,
// ErrBusy, and those of calls.
func (s Turns) Claim(ctx context.Context, turnID string, lease time.Duration) (contract.Turn, bool, error) {
	for range maxAttempts {
		turn, err := s.Get(ctx, turnID)
		if err != nil {
			return contract.Turn{}, false, err
		}
		now := s.t.now().UnixMilli()
		free := turn.State == contract.TurnAccepted || (turn.State == contract.TurnRunning && turn.LeaseUntil <= now)
		if !free {
			return turn, false, nil
		}
		attempt := turn.Attempt
		// Nobody changed it since: neither who answers it, nor where its events go.
		same := expression.Name("attempt").Equal(expression.Value(attempt)).
			And(expression.Name("state").Equal(expression.Value(turn.State)), expression.Name("binding").Equal(expression.Value(turn.Binding)))
		turn.State, turn.Attempt, turn.LeaseUntil = contract.TurnRunning, attempt+1, now+lease.Milliseconds()
		_, ok, err := s.change(ctx, turnID, expression.Set(expression.Name("state"), expression.Value(turn.State)).
			Set(expression.Name("attempt"), expression.Value(turn.Attempt)).Set(expression.Name("leaseUntil"), expression.Value(turn.LeaseUntil)), same)
		if ok || err != nil {
			return turn, ok, err
		}
	}
	return contract.Turn{}, false, fmt.Errorf("claim a turn: %w", ErrBusy)
}

// mine holds while the turn is answered by who claimed it as it is given.
func mine(turn contract.Turn) expression.ConditionBuilder {
	return expression.Name("state").Equal(expression.Value(contract.TurnRunning)).
		And(expression.Name("attempt").Equal(expression.Value(turn.Attempt)))
}

// Release gives a claimed turn back, for another attempt. One that is another's
// by now stays as it is.
func (s Turns) Release(ctx context.Context, turn contract.Turn) error {
	_, _, err := s.change(ctx, turn.TurnID, expression.Set(expression.Name("state"), expression.Value(contract.TurnAccepted)).
		Remove(expression.Name("leaseUntil")), mine(turn))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Finish ends a claimed turn with its events, if they still go where turn says.
// Otherwise it returns the turn as it is and false: what the new connection
// misses is to be sent there first. Its errors are ErrLost, ErrNotFound and
// those of calls.
func (s Turns) Finish(ctx context.Context, turn contract.Turn, events []contract.ChatEvent) (contract.Turn, bool, error) {
	now, ok, err := s.change(ctx, turn.TurnID, expression.Set(expression.Name("state"), expression.Value(contract.TurnDone)).
		Set(expression.Name("events"), expression.Value(events)).Set(expression.Name("conversationId"), expression.Value(turn.ConversationID)),
		mine(turn).And(expression.Name("binding").Equal(expression.Value(turn.Binding))))
	switch {
	case ok:
		turn.State, turn.Events = contract.TurnDone, events
		return turn, true, nil
	case err != nil:
		return contract.Turn{}, false, err
	case now.Attempt != turn.Attempt:
		return now, false, ErrLost
	case now.State == contract.TurnDone: // by this call, whose answer was lost
		return now, true, nil
	case now.State != contract.TurnRunning:
		return now, false, ErrLost
	}
	return now, false, nil
}
