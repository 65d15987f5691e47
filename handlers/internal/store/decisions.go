package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
)

// Decision is what a person decides on a version of a document.
type Decision struct {
	DocumentID string
	Version    int
	Approved   bool
	By         string // the person's "sub"
	Reason     string // of a rejection; may be empty
}

// Decided is a decision that is recorded.
type Decided struct {
	Document contract.Document
	// Token is of the wait that the decision ends; empty where it was sent before.
	Token string
	// Resumed: it was recorded before, and perhaps sent too.
	Resumed bool
}

func (d Decision) status() string {
	if d.Approved {
		return contract.StatusApproved
	}
	return contract.StatusRejected
}

// taken reports whether the version has this decision already.
func (d Decision) taken(v contract.Document) bool {
	if d.Approved {
		return v.ApprovedBy != ""
	}
	return v.RejectedBy != ""
}

// Decide records a decision on the newest version of a document, while its
// ingestion waits for one. The token stays until Settle, so that who failed to
// send it can come again. Its errors are ErrNotFound, *ConflictError, ErrBusy,
// and those of calls.
func (s Documents) Decide(ctx context.Context, d Decision) (Decided, error) {
	head, err := s.Get(ctx, d.DocumentID)
	if err != nil {
		return Decided{}, err
	}
	if head.Version != d.Version {
		return Decided{}, &ConflictError{Current: head.Version, Reason: "it is not the newest version"}
	}
	sort, err := versionKey(d.DocumentID, d.Version)
	if err != nil {
		return Decided{}, ErrNotFound
	}
	var version contract.Document
	if err := s.t.get(ctx, sort, &version); err != nil {
		return Decided{}, err
	}
	switch {
	case d.taken(version):
		return Decided{Document: version, Token: version.TaskToken, Resumed: true}, nil
	case version.TaskToken == "" || version.Status != contract.StatusPending:
		return Decided{}, &ConflictError{Current: head.Version, Reason: "it does not wait for a decision"}
	}
	return s.decide(ctx, d, version, sort)
}

func (s Documents) decide(ctx context.Context, d Decision, version contract.Document, sort string) (Decided, error) {
	now := Time(s.t.now())
	version.Status, version.UpdatedAt = d.status(), now
	set := expression.Set(expression.Name("status"), expression.Value(version.Status)).Set(expression.Name("updatedAt"), expression.Value(now))
	if d.Approved {
		version.ApprovedBy, version.ApprovedAt = d.By, now
		set = set.Set(expression.Name("approvedBy"), expression.Value(d.By)).Set(expression.Name("approvedAt"), expression.Value(now))
	} else {
		version.RejectedBy, version.RejectedAt, version.Reason = d.By, now, d.Reason
		set = set.Set(expression.Name("rejectedBy"), expression.Value(d.By)).Set(expression.Name("rejectedAt"), expression.Value(now)).
			Set(expression.Name("reason"), expression.Value(d.Reason))
	}
	pending := expression.Name("status").Equal(expression.Value(contract.StatusPending)).
		And(expression.Name("taskToken").Equal(expression.Value(version.TaskToken)))
	writes, err := s.both(version, sort, set, pending, expression.Name("version").Equal(expression.Value(d.Version)))
	if err != nil {
		return Decided{}, err
	}
	if err := s.t.transact(ctx, writes...); err != nil {
		var failed *conditionError
		if errors.As(err, &failed) && len(failed.found) > 0 {
			return Decided{}, &ConflictError{Current: d.Version, Reason: "it was changed meanwhile"}
		}
		return Decided{}, s.conflict(err)
	}
	return Decided{Document: version, Token: version.TaskToken}, nil
}

// both is an update of a version and its head, each where it is as its
// condition says.
func (s Documents) both(d contract.Document, sort string, set expression.UpdateBuilder, version, head expression.ConditionBuilder) ([]types.TransactWriteItem, error) {
	first, err := s.t.update(sort, set, version)
	if err != nil {
		return nil, err
	}
	for name, value := range s.indexes(d) {
		set = set.Set(expression.Name(name), expression.Value(value))
	}
	top, err := headKey(d.DocumentID)
	if err != nil {
		return nil, err
	}
	second, err := s.t.update(top, set, head)
	return []types.TransactWriteItem{first, second}, err
}

// Recall returns what a request to decide answered before; nil where that is
// nothing. Its errors are ErrKeyReused and those of calls.
func (s Documents) Recall(ctx context.Context, r Request) (*Written[contract.Document], error) {
	return recall[contract.Document](ctx, s.t, r)
}

// Settle forgets the token of a decision that was sent, and remembers the
// request.
func (s Documents) Settle(ctx context.Context, d Decided, r Request) error {
	if d.Token == "" && r.Key == "" {
		return nil
	}
	var writes []types.TransactWriteItem
	if d.Token != "" {
		sort, err := versionKey(d.Document.DocumentID, d.Document.Version)
		if err != nil {
			return err
		}
		forget, err := s.t.update(sort, expression.Remove(expression.Name("taskToken")), expression.Name("taskToken").Equal(expression.Value(d.Token)))
		if err != nil {
			return err
		}
		writes = append(writes, forget)
	}
	answer := d.Document
	answer.TaskToken = ""
	_, err := commit(ctx, s.t, r, answer, nil, writes...)
	var failed *conditionError
	if errors.As(err, &failed) { // another one of the same decision was faster, or the document is gone
		return nil
	}
	return err
}

// Withdraw takes back a decision that came too late: the wait had ended. What
// ingestion made of the document since stays. It reports false, and takes nothing
// back, where ingestion has begun to wait anew, with another token: then the
// decision is for that wait.
func (s Documents) Withdraw(ctx context.Context, d Decided) (bool, error) {
	v := d.Document
	sort, err := versionKey(v.DocumentID, v.Version)
	if err != nil {
		return false, err
	}
	mine := expression.Name("status").Equal(expression.Value(v.Status))
	sent := mine.And(expression.Name("taskToken").Equal(expression.Value(d.Token)))
	v.Status, v.UpdatedAt = contract.StatusRejected, Time(s.t.now()) // as ingestion does with what nobody decided on
	set := expression.Set(expression.Name("status"), expression.Value(v.Status)).Set(expression.Name("updatedAt"), expression.Value(v.UpdatedAt))
	for _, name := range []string{"approvedBy", "approvedAt", "rejectedBy", "rejectedAt", "taskToken"} {
		set = set.Remove(expression.Name(name))
	}
	writes, err := s.both(v, sort, set, sent, mine.And(expression.Name("version").Equal(expression.Value(v.Version))))
	if err != nil {
		return false, err
	}
	err = s.t.transact(ctx, writes...)
	var failed *conditionError
	if !errors.As(err, &failed) {
		return err == nil, err
	}
	var now contract.Document
	if failed.number > 0 || len(failed.found) == 0 || s.t.unmarshal(failed.found, &now) != nil {
		return true, nil
	}
	return now.TaskToken == d.Token || now.TaskToken == "", nil
}

// RemoveVersion removes the item of a version; it may be gone already.
func (s Documents) RemoveVersion(ctx context.Context, id string, version int) error {
	sort, err := versionKey(id, version)
	if err != nil {
		return err
	}
	return s.remove(ctx, sort, nil)
}

// RemoveHead removes a document whose newest version is still this one; it may
// be gone already. Until then the document is there, and its removal can be
// done again. Its errors are *ConflictError and those of calls.
func (s Documents) RemoveHead(ctx context.Context, id string, version int) error {
	sort, err := headKey(id)
	if err != nil {
		return err
	}
	newest := expression.AttributeNotExists(expression.Name(s.t.schema.PK.Name)).Or(expression.Name("version").Equal(expression.Value(version)))
	return s.remove(ctx, sort, &newest)
}

func (s Documents) remove(ctx context.Context, sort string, condition *expression.ConditionBuilder) error {
	in := &dynamodb.DeleteItemInput{TableName: aws.String(s.t.name), Key: s.t.key(sort)}
	if condition != nil {
		e, err := expression.NewBuilder().WithCondition(*condition).Build()
		if err != nil {
			return fmt.Errorf("remove from %s: %w", s.t.schema.Name, err)
		}
		in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = e.Condition(), e.Names(), e.Values()
		in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	_, err := s.t.db.DeleteItem(ctx, in)
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return s.conflict(&conditionError{found: failed.Item})
	}
	if err != nil {
		return fmt.Errorf("remove from %s: %w", s.t.schema.Name, err)
	}
	return nil
}
