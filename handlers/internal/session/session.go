// Package session derives the ids of AgentCore runtime sessions. AgentCore does
// not bind a session to who uses it: whoever knows its id is in it. So an id is
// a code of the session key over tenant, person and conversation, which nobody
// can make without the key and which no two conversations share.
package session

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/flowops/flowops/contract"
)

// codeBytes is the length of an HMAC_SHA_256 code. In hexadecimal it has 64
// characters, of the 33 to 256 that AgentCore takes (InvokeAgentRuntime,
// runtimeSessionId).
const codeBytes = 32

// Kept is how many ids are kept at the least, once there are as many.
const Kept = 2048

// KMS makes codes.
type KMS interface {
	GenerateMac(context.Context, *kms.GenerateMacInput, ...func(*kms.Options)) (*kms.GenerateMacOutput, error)
}

// Conversation is what a session is of. The tenant and the subject are the
// verified identity's.
type Conversation struct{ Tenant, Subject, ID string }

// ErrIncomplete is the error of a conversation that lacks one of its parts.
var ErrIncomplete = errors.New("a session needs tenant, subject and conversation")

// IDs derives session ids, and keeps those it derived last. It is safe for
// concurrent use.
type IDs struct {
	kms   KMS
	keyID string

	mu       sync.Mutex
	new, old map[Conversation]string // old goes when new is full
}

// New returns IDs by the HMAC key.
func New(kms KMS, keyID string) *IDs {
	return &IDs{kms: kms, keyID: keyID, new: map[Conversation]string{}}
}

// ID is the id of the conversation's session. Its errors are ErrIncomplete and
// those of KMS.
func (s *IDs) ID(ctx context.Context, c Conversation) (string, error) {
	if c.Tenant == "" || c.Subject == "" || c.ID == "" {
		return "", ErrIncomplete
	}
	if id, ok := s.find(c); ok {
		return id, nil
	}
	out, err := s.kms.GenerateMac(ctx, &kms.GenerateMacInput{
		KeyId: aws.String(s.keyID), MacAlgorithm: types.MacAlgorithmSpecHmacSha256, Message: message(c),
	})
	if err != nil {
		return "", fmt.Errorf("derive a session id: %w", err)
	}
	if len(out.Mac) != codeBytes {
		return "", fmt.Errorf("derive a session id: the code has %d bytes", len(out.Mac))
	}
	id := hex.EncodeToString(out.Mac)
	s.keep(c, id)
	return id, nil
}

// message is what the code is over. Each part is told apart by its length, so
// that no two conversations have the same.
func message(c Conversation) []byte {
	m := append([]byte(contract.CodeSession), 0)
	for _, part := range []string{c.Tenant, c.Subject, c.ID} {
		m = binary.BigEndian.AppendUint32(m, uint32(len(part)))
		m = append(m, part...)
	}
	return m
}

func (s *IDs) find(c Conversation) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id, ok := s.new[c]; ok {
		return id, true
	}
	id, ok := s.old[c]
	if ok {
		s.put(c, id)
	}
	return id, ok
}

func (s *IDs) keep(c Conversation, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(c, id)
}

// put is keep, with the lock held.
func (s *IDs) put(c Conversation, id string) {
	if len(s.new) >= Kept {
		s.old, s.new = s.new, make(map[Conversation]string, Kept)
	}
	s.new[c] = id
}
