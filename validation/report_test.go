package validation

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() Report {
	return Report{
		Environment: "dev",
		Stacks:      []Count{{Stack: "data", Resources: 12, Compliant: 40, NonCompliant: 1, Unknown: 1, NotApplicable: 9, Suppressed: 1}},
		Findings: []Finding{
			{
				Rule: "FO-KMS-001", Class: Violation, Severity: Error, Stack: "data", Path: "data/a-construct-with-a-long-name/its-bucket/Resource",
				Address: "aws_s3_bucket.documents", Title: "Buckets encrypt with a customer-managed key",
				Reason: "no aws_s3_bucket_server_side_encryption_configuration belongs to it", Fix: "Give the bucket an encryption configuration.",
			},
			{
				Rule: "FO-KMS-003", Class: Unreadable, Severity: Warning, Stack: "data", Path: "data/tickets", Address: "aws_dynamodb_table.tickets",
				Title: "Tables encrypt with a customer-managed key", Reason: `server_side_encryption.kms_key_arn is "${var.<k>}"`, Fix: "Set the key.",
			},
			{
				Rule: "FO-S3-004", Class: Violation, Severity: Error, Stack: "data", Path: "data/logs", Address: "aws_s3_bucket.logs",
				Title: "Buckets log access", Reason: "no aws_s3_bucket_logging belongs to it", Fix: "Log.",
				Suppressed: true, Justification: "It is the bucket that takes the access logs of all others",
			},
		},
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	if err := sample().Table(&b); err != nil {
		t.Fatal(err)
	}
	want := `Errors (1)

RULE        CONSTRUCT PATH                  WHAT                                      HOW TO FIX
FO-KMS-001  data/a-construct-with-a-long-   Buckets encrypt with a customer-managed   Give the bucket an encryption
            name/its-bucket/Resource        key: no                                   configuration.
                                            aws_s3_bucket_server_side_encryption_
                                            configuration belongs to it

Warnings (1)

RULE        CONSTRUCT PATH                  WHAT                                      HOW TO FIX
FO-KMS-003  data/tickets                    Can't tell:                               Set the key.
                                            server_side_encryption.kms_key_arn is
                                            "${var.<k>}" (Tables encrypt with a
                                            customer-managed key)

Suppressed (1)

RULE        CONSTRUCT PATH                  WHAT                                      BECAUSE
FO-S3-004   data/logs                       Buckets log access: no                    It is the bucket that takes the
                                            aws_s3_bucket_logging belongs to it       access logs of all others

STACK                  RESOURCES COMPLIANT  VIOLATED  UNKNOWN      N/A FAILED SUPPRESSED
data                          12        40         1        1        9      0          1

dev: errors 1, warnings 1, suppressed 1
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if n := length(line); n > 120 {
			t.Errorf("%d characters, want 120 or fewer: %s", n, line)
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := sample().JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got Report
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(b.String(), "${var.<k>}") {
		t.Error("text is escaped for HTML")
	}
	b.Reset()
	if err := (Report{}).JSON(&b); err != nil || strings.Contains(b.String(), "null") {
		t.Errorf("an empty report: %s, %v", b.String(), err)
	}
}

func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := sample().SARIF(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Locations []struct {
					LogicalLocations []struct{ FullyQualifiedName string }
				}
				Suppressions []struct{ Kind, Justification string }
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	run := got.Runs[0]
	if got.Version != "2.1.0" || len(run.Results) != 3 {
		t.Fatalf("version %s, %d results", got.Version, len(run.Results))
	}
	for i, result := range run.Results {
		f := sample().Findings[i]
		if result.RuleID != f.Rule || run.Tool.Driver.Rules[result.RuleIndex].ID != f.Rule || result.Level != string(f.Severity) {
			t.Errorf("result %d: %+v", i, result)
		}
		if result.Locations[0].LogicalLocations[0].FullyQualifiedName != f.Path {
			t.Errorf("result %d is at %+v", i, result.Locations)
		}
		if (len(result.Suppressions) == 1) != f.Suppressed {
			t.Errorf("result %d is suppressed by %+v", i, result.Suppressions)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestReportsTellOfFailedWrites(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{"table": sample().Table, "JSON": sample().JSON, "SARIF": sample().SARIF} {
		if err := write(brokenWriter{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestMarkdown(t *testing.T) {
	text := Markdown()
	for _, rule := range Rules() {
		for _, want := range []string{"\n### " + rule.ID + "\n", rule.Title} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing", rule.ID, want)
			}
		}
	}
	if !strings.Contains(text, "FO-IAM-002/ListAgents") || text != Markdown() {
		t.Error("the syntax of a suppression is missing, or the text changes from call to call")
	}
}

// TestTheSyntaxInTheDocs keeps the page's example working.
func TestTheSyntaxInTheDocs(t *testing.T) {
	_, example, _ := strings.Cut(Markdown(), "```json\n")
	example, _, _ = strings.Cut(example, "```")
	s, err := Parse("s", []byte(`{"resource": {`+example+`}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Resources {
		for key, text := range r.Suppressions {
			id, part := splitSuppression(key)
			if lack := checkReason(ruleByID(t, id), text); lack != "" || part == "" {
				t.Errorf("%s: %s", key, lack)
			}
		}
		if len(r.Suppressions) == 0 {
			t.Error("the example suppresses nothing")
		}
	}
}

// TestTheFixtureIsClean judges a small stack that follows every rule: nothing
// may be found in it, and it must not be because nothing was looked at.
func TestTheFixtureIsClean(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "clean.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse("clean", text)
	if err != nil {
		t.Fatal(err)
	}
	report := Check([]*Stack{s}, Options{Environment: "prod", Protected: true})
	var b bytes.Buffer
	if err := report.Table(&b); err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) > 0 {
		t.Errorf("findings:\n%s", b.String())
	}
	if report.Stacks[0].Compliant < 40 {
		t.Errorf("only %d judgements:\n%s", report.Stacks[0].Compliant, b.String())
	}
}
