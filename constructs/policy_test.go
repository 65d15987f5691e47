package constructs

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

func parse(t *testing.T, document string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(document), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestIfKeepsTheStatementThatItStartsFrom(t *testing.T) {
	base := Allow("A", []string{"s3:GetObject"}, []string{"*"}).If("StringEquals", "k", "1")
	more := base.If("StringEquals", "l", "2").If("Null", "m", "false")
	if diff := cmp.Diff(Conditions{"StringEquals": {"k": {"1"}}}, base.Conditions); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Conditions{"StringEquals": {"k": {"1"}, "l": {"2"}}, "Null": {"m": {"false"}}}, more.Conditions); diff != "" {
		t.Error(diff)
	}
}

func TestDocumentsKeepTokensAndAngleBrackets(t *testing.T) {
	got := Document(Allow("A", []string{"x:Y"}, []string{"${TfToken[TOKEN.1]}/<a>&b"}))
	want := `{"Statement":[{"Sid":"A","Effect":"Allow","Action":["x:Y"],"Resource":["${TfToken[TOKEN.1]}/<a>&b"]}],"Version":"2012-10-17"}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTenantItems(t *testing.T) {
	s := parse(t, Document(TenantItems("Tickets", "arn:t", "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query")))["Statement"].([]any)[0]
	want := map[string]any{
		"Sid": "Tickets", "Effect": "Allow", "Action": []any{"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"},
		"Resource": []any{"arn:t", "arn:t/index/*"},
		"Condition": map[string]any{
			// Both forms end at a separator, or at the end: "TENANT#acme*" would match acme2.
			"ForAllValues:StringLike": map[string]any{"dynamodb:LeadingKeys": []any{"TENANT#$${aws:PrincipalTag/TenantId}", "TENANT#$${aws:PrincipalTag/TenantId}#*"}},
			"Null":                    map[string]any{"dynamodb:LeadingKeys": []any{"false"}},
		},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}

func TestTenantItemsRefusesActionsWithoutALeadingKey(t *testing.T) {
	for _, action := range []string{"dynamodb:Scan", "dynamodb:*", "dynamodb:PartiQLSelect"} {
		func() {
			defer func() {
				if _, ok := recover().(*UsageError); !ok {
					t.Errorf("%s is allowed", action)
				}
			}()
			TenantItems("X", "arn:t", action)
		}()
	}
	TenantItems("X", "arn:t", AppendItems...)
	for _, a := range AppendItems {
		if strings.Contains(a, "Update") || strings.Contains(a, "Delete") || strings.Contains(a, "Batch") {
			t.Errorf("%s changes what is only appended to", a)
		}
	}
}

func TestTenantObjectsAndSearch(t *testing.T) {
	for name, c := range map[string]struct {
		got  Statement
		want string
	}{
		"documents": {TenantObjects("A", "arn:b", contract.DocumentsPrefix, "s3:GetObject"), "arn:b/tenants/$${aws:PrincipalTag/TenantId}/documents/*"},
		"all":       {TenantObjects("A", "arn:b", "", "s3:GetObject"), "arn:b/tenants/$${aws:PrincipalTag/TenantId}/*"},
		"search":    {TenantSearch("A", "arn:d", []string{"_bulk"}, "es:ESHttpPost"), "arn:d/flowops-vectors-$${aws:PrincipalTag/TenantId}/_bulk"},
	} {
		if len(c.got.Resources) != 1 || c.got.Resources[0] != c.want {
			t.Errorf("%s: %v", name, c.got.Resources)
		}
	}
	list := TenantObjectVersions("L", "arn:b")
	if got := list.Conditions["StringLike"]["s3:prefix"]; len(got) != 1 || got[0] != "tenants/$${aws:PrincipalTag/TenantId}/*" {
		t.Errorf("listing: %v", got)
	}
}

func TestTenantTrustDemandsTheTag(t *testing.T) {
	s := TenantTrust("arn:role")
	want := Conditions{
		"StringLike":                {"aws:RequestTag/TenantId": {"???*"}},
		"StringNotLike":             {"aws:RequestTag/TenantId": {"*/*", "*:*"}},
		"ForAllValues:StringEquals": {"aws:TagKeys": {"TenantId"}},
		"ForAnyValue:StringEquals":  {"sts:TransitiveTagKeys": {"TenantId"}},
	}
	if diff := cmp.Diff(want, s.Conditions); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Principal{"AWS": {"arn:role"}}, s.Principal); diff != "" {
		t.Error(diff)
	}
}

func TestUseKeyNeedsAService(t *testing.T) {
	s := UseKey("K", "arn:k", "eu-central-1", "s3", "dynamodb")
	if diff := cmp.Diff(Conditions{"StringEquals": {"kms:ViaService": {"s3.eu-central-1.amazonaws.com", "dynamodb.eu-central-1.amazonaws.com"}}}, s.Conditions); diff != "" {
		t.Error(diff)
	}
}

func TestAccessLogBucketTakesDeliveriesOfItsAccount(t *testing.T) {
	statements := BucketPolicy(SecureBucketProps{ARN: "arn:b", TakesAccessLogs: "111111111111"})
	for _, s := range statements {
		if s.Sid == "KMSOnly" || s.Sid == "NoOtherKey" {
			t.Errorf("%s would refuse the deliveries", s.Sid)
		}
		if s.Sid == "AccessLogs" {
			if got := s.Conditions["StringEquals"]["aws:SourceAccount"]; len(got) != 1 || got[0] != "111111111111" {
				t.Errorf("deliveries of %v", got)
			}
			return
		}
	}
	t.Error("no statement lets S3 deliver")
}
