package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/search"
)

// setup makes the index template, the roles, their mappings, and at last the
// index: where it is, the setup was done once, and tenants can come.
func (s steps) setup(ctx context.Context, in contract.SearchSetup) error {
	if err := s.template(ctx, in); err != nil {
		return err
	}
	for _, role := range in.Roles {
		if err := s.role(ctx, role); err != nil {
			return err
		}
		if err := s.mapping(ctx, role.Name, role.BackendRoles); err != nil {
			return err
		}
	}
	return s.index(ctx, in)
}

// template puts the index template, which replaces the one that is there.
func (s steps) template(ctx context.Context, in contract.SearchSetup) error {
	path := "/_index_template/" + in.Index
	read := func() (json.RawMessage, error) {
		var text json.RawMessage
		err := s.master.Do(ctx, http.MethodGet, path, nil, &text)
		if search.HasStatus(err, http.StatusNotFound) {
			return nil, nil
		}
		return text, err
	}
	before, err := read()
	if err != nil {
		return err
	}
	if err := s.master.Do(ctx, http.MethodPut, path, in.Template, nil); err != nil {
		return err
	}
	after, err := read()
	if err != nil {
		return err
	}
	if !bytes.Equal(before, after) { // OpenSearch writes it in a form of its own
		s.changed("index template " + in.Index)
	}
	return nil
}

// described is what is read of an index.
type described struct {
	Mappings map[string]any `json:"mappings"`
	Settings struct {
		Index map[string]any `json:"index"`
	} `json:"settings"`
}

// index makes the index from its template, or brings the one that is there to
// what the template says: new fields are added and replicas are changed. Where
// that is not possible the error is IndexMismatch, and nothing is changed.
func (s steps) index(ctx context.Context, in contract.SearchSetup) error {
	want, err := parseTemplate(in.Template)
	if err != nil {
		return err
	}
	path := "/" + in.Index
	err = s.master.Do(ctx, http.MethodPut, path, nil, nil)
	if err == nil {
		s.changed("index " + in.Index)
	} else if !search.HasType(err, "resource_already_exists_exception") {
		return err
	}
	var all map[string]described
	if err := s.master.Do(ctx, http.MethodGet, path, nil, &all); err != nil {
		return err
	}
	have, ok := all[in.Index]
	if !ok || len(all) != 1 {
		return fmt.Errorf("%s: %w", path, errors.New("the domain describes another index"))
	}
	p := compare(want, have)
	if len(p.differences) > 0 {
		return IndexMismatch{p.differences}
	}
	if len(p.fields) > 0 {
		if err := s.master.Do(ctx, http.MethodPut, path+"/_mapping", map[string]any{"properties": p.fields}, nil); err != nil {
			return err
		}
		s.changed(fmt.Sprintf("fields %v", slices.Sorted(maps.Keys(p.fields))))
	}
	if p.replicas != nil {
		change := map[string]any{"index": map[string]any{replicas: p.replicas}}
		if err := s.master.Do(ctx, http.MethodPut, path+"/_settings", change, nil); err != nil {
			return err
		}
		s.changed(fmt.Sprintf("replicas %v", p.replicas))
	}
	return nil
}
