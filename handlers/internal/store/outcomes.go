package store

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/flowops/flowops/contract"
)

// rounds is how often a write is tried whose item others change meanwhile.
const rounds = 4

// Await keeps the task token of an execution that waits for a person's decision
// on an upload, in place of one that it or another one had before. It reports
// whether there is something to wait for:
//
//   - While nobody decided, the version is pending. It is so too where a decision
//     was taken back, since its token was of an attempt that had failed.
//   - An approval whose token was of an earlier attempt of the same execution
//     stands: who sends it finds the new token.
//   - A rejection, an approval that another execution waited for, and a version
//     that is indexed leave nothing to wait for.
//
// Its errors are ErrNotFound, ErrSuperseded, ErrBusy, and those of calls.
func (s Documents) Await(ctx context.Context, u Upload, token, execution string) (bool, error) {
	for range rounds {
		v, err := s.Current(ctx, u)
		if err != nil || !Awaited(v, execution) {
			return false, err
		}
		status, at := v.Status, v.UpdatedAt
		if v.ApprovedBy == "" && status != contract.StatusPending {
			status, at = contract.StatusPending, Time(s.t.now())
		}
		set := func() expression.UpdateBuilder {
			set := expression.Set(expression.Name("status"), expression.Value(status)).Set(expression.Name("updatedAt"), expression.Value(at))
			if status != v.Status { // the reason was of what is taken back
				set = set.Remove(expression.Name("reason"))
			}
			return set
		}
		version := set().Set(expression.Name("taskToken"), expression.Value(token)).Set(expression.Name("taskExecution"), expression.Value(execution))
		after := v
		after.Status, after.UpdatedAt = status, at
		done, err := s.write(ctx, u, v, after, version, set())
		if done || err != nil {
			return done, err
		}
	}
	return false, ErrBusy
}

// Awaited reports whether an execution may wait for a decision on a version.
func Awaited(v contract.Document, execution string) bool {
	switch {
	case v.Status == contract.StatusIndexed, v.RejectedBy != "":
		return false
	case v.ApprovedBy != "":
		return v.TaskExecution == execution
	}
	return true
}

// Searchable records that all chunks of an upload are found in the index, without
// which Finish takes no contract.StatusIndexed. Of a document that is gone it
// records nothing. Its errors are ErrBusy and those of calls.
func (s Documents) Searchable(ctx context.Context, u Upload, chunks int) error {
	return s.mark(ctx, u, expression.Set(expression.Name("embeddingStatus"), expression.Value(contract.EmbeddingComplete)).
		Set(expression.Name("chunkCount"), expression.Value(chunks)))
}

// Outcome is how the ingestion of an upload ended.
type Outcome struct {
	Status    string // contract.StatusIndexed, StatusRejected or StatusFailed
	Reason    string // of the latter two, for people
	Execution string // which one found it
	Event     string // type of the event that tells others; empty for none
}

// from are the statuses that an outcome follows on.
var from = map[string][]string{
	contract.StatusIndexed:  {contract.StatusPending, contract.StatusApproved, contract.StatusFailed},
	contract.StatusRejected: {contract.StatusPending, contract.StatusFailed},
	contract.StatusFailed:   {contract.StatusPending, contract.StatusApproved},
}

// follows reports whether the outcome may follow on the version as it is.
func (o Outcome) follows(v contract.Document) bool {
	if o.tooLate(v) {
		return true
	}
	if o.Status == contract.StatusIndexed && v.EmbeddingStatus != contract.EmbeddingComplete {
		return false // its execution found it superseded, and indexed nothing
	}
	return slices.Contains(from[o.Status], v.Status)
}

// tooLate reports whether the version was approved when the wait of the same
// execution had ended.
func (o Outcome) tooLate(v contract.Document) bool {
	return o.Status == contract.StatusRejected && v.Status == contract.StatusApproved && o.Execution != "" && v.TaskExecution == o.Execution
}

// Finished is an outcome that was recorded.
type Finished struct {
	Document contract.Document
	Recorded bool // by this call
	// Untold is the type of the event that nobody told others of yet, as far as is
	// known: who told it calls Told. Empty where there is none.
	Untold string
}

// Finish records an outcome in the upload's version, and in the head while that
// is of the same version. What does not follow on the version as it is (another
// upload, a person's rejection, a version that is indexed already) changes
// nothing, and neither does the outcome of a document that is gone. Its errors
// are ErrBusy and those of calls.
func (s Documents) Finish(ctx context.Context, u Upload, o Outcome) (Finished, error) {
	for range rounds {
		v, err := s.Version(ctx, u)
		switch {
		case errors.Is(err, ErrNotFound):
			return Finished{}, nil
		case err != nil:
			return Finished{}, err
		case v.ObjectVersion != u.Object || v.ObjectVersion == "":
			return Finished{}, nil
		case v.Status == o.Status:
			return Finished{Document: v, Untold: v.Untold}, nil
		case !o.follows(v):
			return Finished{}, nil
		}
		before := v
		v.Status, v.UpdatedAt = o.Status, Time(s.t.now())
		version := o.update(before, v.UpdatedAt)
		if o.Event != "" {
			version = version.Set(expression.Name("untold"), expression.Value(o.Event))
		}
		if o.Status == contract.StatusRejected {
			version = version.Remove(expression.Name("taskToken"))
		}
		done, err := s.write(ctx, u, before, v, version, o.update(before, v.UpdatedAt))
		if done && o.Status == contract.StatusFailed {
			v.EmbeddingStatus = contract.EmbeddingFailed
		}
		if done || err != nil {
			return Finished{Document: v, Recorded: done, Untold: o.Event}, err
		}
	}
	return Finished{}, ErrBusy
}

// update is the outcome as both items have it.
func (o Outcome) update(before contract.Document, at string) expression.UpdateBuilder {
	set := expression.Set(expression.Name("status"), expression.Value(o.Status)).Set(expression.Name("updatedAt"), expression.Value(at))
	switch o.Status {
	case contract.StatusIndexed:
		set = set.Set(expression.Name("embeddingStatus"), expression.Value(contract.EmbeddingComplete)).
			Set(expression.Name("chunkCount"), expression.Value(before.ChunkCount)).Remove(expression.Name("reason"))
	case contract.StatusFailed:
		set = set.Set(expression.Name("embeddingStatus"), expression.Value(contract.EmbeddingFailed)).
			Set(expression.Name("reason"), expression.Value(o.Reason))
	default:
		set = set.Set(expression.Name("reason"), expression.Value(o.Reason))
	}
	if o.tooLate(before) {
		set = set.Remove(expression.Name("approvedBy")).Remove(expression.Name("approvedAt"))
	}
	return set
}

// write updates the version, which was read as before and will be after, and
// the head while that is of the same version. It reports false where the version
// has changed meanwhile, so that it has to be read anew.
func (s Documents) write(ctx context.Context, u Upload, before, after contract.Document, version, head expression.UpdateBuilder) (bool, error) {
	for name, value := range s.indexes(after) {
		head = head.Set(expression.Name(name), expression.Value(value))
	}
	writes, err := s.headToo(u, version, asRead(before), head)
	if err != nil {
		return false, err
	}
	err = s.t.transact(ctx, writes...)
	var failed *conditionError
	if errors.As(err, &failed) && failed.number > 0 { // the head is of a newer version, or gone
		err = s.t.transact(ctx, writes[0])
	}
	if errors.As(err, &failed) {
		return false, nil
	}
	return err == nil, err
}

// Told forgets the event of an outcome that was told.
func (s Documents) Told(ctx context.Context, u Upload) error {
	return s.mark(ctx, u, expression.Remove(expression.Name("untold")))
}

// mark updates an upload's version, if it is there.
func (s Documents) mark(ctx context.Context, u Upload, update expression.UpdateBuilder) error {
	sort, err := versionKey(u.DocumentID, u.Version)
	if err != nil {
		return err
	}
	write, err := s.t.update(sort, update, expression.Name("objectVersion").Equal(expression.Value(u.Object)))
	if err != nil {
		return err
	}
	err = s.t.transact(ctx, write)
	var failed *conditionError
	if errors.As(err, &failed) {
		return nil
	}
	return err
}
