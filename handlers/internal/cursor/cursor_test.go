package cursor_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

var (
	ctx  = context.Background()
	list = cursor.List{Tenant: "acme", Query: "/tickets?status=open"}
	at   = cursor.Position{"PK": "TENANT#acme", "SK": "TICKET#1"}
)

func codec(now *time.Time) (cursor.Codec, *fakeaws.Cloud) {
	clock := func() time.Time { return *now }
	cloud := fakeaws.New(clock)
	return cursor.Codec{KMS: fakeaws.KMS{C: cloud}, KeyID: "key-1", Now: clock}, cloud
}

func TestCursor(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c, cloud := codec(&now)
	text, err := c.Encode(ctx, list, at)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Decode(ctx, list, text)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(at, got); d != "" {
		t.Error(d)
	}
	if end, err := c.Encode(ctx, list, nil); end != "" || err != nil {
		t.Errorf("the end is %q, %v", end, err)
	}
	if _, err := c.Encode(ctx, list, cursor.Position{"SK": strings.Repeat("x", cursor.MaxLength)}); err == nil {
		t.Error("a cursor too long to be read")
	}

	for name, other := range map[string]cursor.List{
		"another tenant":              {Tenant: "globex", Query: list.Query},
		"the neighbour":               {Tenant: "acme2", Query: list.Query},
		"another filter":              {Tenant: "acme", Query: "/tickets?status=closed"},
		"another route":               {Tenant: "acme", Query: "/documents?status=open"},
		"tenant and query cut anew":   {Tenant: "acme/", Query: "tickets?status=open"},
		"nothing":                     {},
		"all of it in the query":      {Query: "acme" + list.Query},
		"a query with something more": {Tenant: "acme", Query: list.Query + "&x"},
	} {
		if _, err := c.Decode(ctx, other, text); !errors.Is(err, cursor.ErrForged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	otherKey := c
	otherKey.KeyID = "key-2"
	if _, err := otherKey.Decode(ctx, list, text); !errors.Is(err, cursor.ErrForged) {
		t.Errorf("another key: %v", err)
	}
	raw, _ := base64.RawURLEncoding.DecodeString(text)
	for n := range raw {
		changed := append([]byte{}, raw...)
		changed[n] ^= 1
		if _, err := c.Decode(ctx, list, base64.RawURLEncoding.EncodeToString(changed)); !errors.Is(err, cursor.ErrForged) {
			t.Fatalf("byte %d changed: %v", n, err)
		}
	}
	calls := len(cloud.Calls())
	for name, bad := range map[string]string{
		"padding": text + "=", "short": text[:20], "only a code": base64.RawURLEncoding.EncodeToString(raw[:32]), "long": strings.Repeat("A", cursor.MaxLength+1),
		"a line break": text + "\n", "not base64": "!!!", "empty": "",
	} {
		if _, err := c.Decode(ctx, list, bad); !errors.Is(err, cursor.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(cloud.Calls()); n != calls {
		t.Error("what is malformed costs a call")
	}

	now = now.Add(cursor.Lifetime - time.Second)
	if _, err := c.Decode(ctx, list, text); err != nil {
		t.Errorf("before its end: %v", err)
	}
	now = now.Add(time.Second)
	if _, err := c.Decode(ctx, list, text); !errors.Is(err, cursor.ErrExpired) {
		t.Errorf("at its end: %v", err)
	}
	cloud.SetFault(func(string) error { return fakeaws.Throttled() })
	if _, err := c.Decode(ctx, list, text); err == nil || errors.Is(err, cursor.ErrForged) {
		t.Errorf("KMS fails: %v", err)
	}
	if _, err := c.Encode(ctx, list, at); err == nil {
		t.Error("KMS fails, and there is a cursor")
	}
}

// Nothing but what Encode made is a cursor.
func FuzzDecode(f *testing.F) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c, _ := codec(&now)
	good, err := c.Encode(ctx, list, at)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[1:])
	f.Add(base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("x", 32) + `{"p":{"PK":"TENANT#globex"},"e":99999999999}`)))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := c.Decode(ctx, list, text)
		if err == nil && (text != good || cmp.Diff(at, got) != "") {
			t.Errorf("%q is a cursor", text)
		}
		if err != nil && got != nil {
			t.Errorf("a position with an error: %v", got)
		}
	})
}
