package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

func scope(t *testing.T, cloud *fakeaws.Cloud, id string) tenant.Scope {
	t.Helper()
	who, err := tenant.FromREST(events.APIGatewayProxyRequestContext{Authorizer: map[string]any{"claims": map[string]any{
		contract.TenantClaim: id, contract.SubjectClaim: "person", "token_use": "id",
	}}})
	if err != nil {
		t.Fatal(err)
	}
	scopes := tenant.NewScopes(tenant.Options{STS: cloud, Base: aws.Config{Region: "us-east-1"}, Function: contract.Records, Clients: cloud.Clients(), Now: time.Now})
	s, err := scopes.Scope(context.Background(), who)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A cursor's code keeps foreign positions away; the store would refuse them
// all the same, before any call.
func TestListRefusesForeignPositions(t *testing.T) {
	cloud := fakeaws.New(time.Now)
	tickets, err := store.NewTickets(scope(t, cloud, "acme"), contract.Tickets.Name, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	good := cursor.Position{"PK": "TENANT#acme", "SK": "TICKET#1", "GSI1PK": "TENANT#acme#STATUS#open", "GSI1SK": "CREATED#1"}
	if _, err := tickets.List(context.Background(), "open", 5, good); err != nil {
		t.Errorf("a good one: %v", err)
	}
	calls := len(cloud.Calls())
	for name, change := range map[string][2]string{
		"another tenant": {"PK", "TENANT#globex"}, "another tenant's index": {"GSI1PK", "TENANT#globex#STATUS#open"},
		"another status": {"GSI1PK", "TENANT#acme#STATUS#closed"}, "an empty key": {"SK", ""}, "one key more": {"GSI2PK", "TENANT#acme"},
	} {
		bad := cursor.Position{}
		for n, v := range good {
			bad[n] = v
		}
		bad[change[0]] = change[1]
		if _, err := tickets.List(context.Background(), "open", 5, bad); !errors.Is(err, store.ErrPosition) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(cloud.Calls()) != calls {
		t.Error("a refused position cost a call")
	}
}

func TestStoresNeedAScope(t *testing.T) {
	var none tenant.Scope
	if _, err := store.NewTickets(none, "t", time.Now); !errors.Is(err, tenant.ErrNoScope) {
		t.Error(err)
	}
	if _, err := store.NewDocuments(none, "t", time.Now); !errors.Is(err, tenant.ErrNoScope) {
		t.Error(err)
	}
	if _, err := store.NewConversations(none, "t", time.Now); !errors.Is(err, tenant.ErrNoScope) {
		t.Error(err)
	}
}

func TestTime(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_999_999, time.FixedZone("x", 3600))
	if got := store.Time(at); got != "2026-01-02T02:04:05.006Z" {
		t.Error(got)
	}
}
