package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/search"
)

// alias is a tenant's alias as OpenSearch describes it.
type alias struct {
	Filter        map[string]any `json:"filter"`
	IndexRouting  string         `json:"index_routing"`
	SearchRouting string         `json:"search_routing"`
}

// tenantAlias shows a tenant its own entries and has them in one shard.
func tenantAlias(tenant string) alias {
	return alias{map[string]any{"term": map[string]any{"tenantId": tenant}}, tenant, tenant}
}

// addTenant gives a tenant its alias, and then its agent's role the right to
// search.
func (s steps) addTenant(ctx context.Context, t contract.SearchTenant) error {
	if err := s.alias(ctx, t.TenantID); err != nil {
		return err
	}
	_, there, err := s.mapped(ctx, contract.SearchRoleReader)
	if err != nil {
		return err
	}
	if !there {
		return NotPrepared{errors.New("there is no mapping of " + contract.SearchRoleReader)}
	}
	return s.mapping(ctx, contract.SearchRoleReader, []string{t.RoleARN})
}

// removeTenant takes a tenant out: its agent reads no more, then nobody writes
// any more, and then what it wrote is deleted.
func (s steps) removeTenant(ctx context.Context, t contract.SearchTenant) error {
	if err := s.unmap(ctx, contract.SearchRoleReader, t.RoleARN); err != nil {
		return err
	}
	if err := s.removeAlias(ctx, t.TenantID); err != nil {
		return err
	}
	count, err := s.master.DeleteTenant(ctx, t.TenantID)
	s.report.DeletedVectors = count
	if search.HasType(err, "index_not_found_exception") {
		return nil // a domain without the index has nothing of the tenant
	}
	return err
}

// aliases are the indexes that an alias stands for, with its definition there.
func (s steps) aliases(ctx context.Context, name string) (map[string]alias, error) {
	var all map[string]struct {
		Aliases map[string]alias `json:"aliases"`
	}
	err := s.master.Do(ctx, http.MethodGet, "/_alias/"+name, nil, &all)
	if search.HasStatus(err, http.StatusNotFound) {
		return nil, nil
	}
	found := map[string]alias{}
	for index, described := range all {
		if a, ok := described.Aliases[name]; ok {
			found[index] = a
		}
	}
	return found, err
}

// alias makes a tenant's alias, or makes it right: of the index alone, filtered
// and routed.
func (s steps) alias(ctx context.Context, tenant string) error {
	name, want := contract.TenantAlias(tenant), tenantAlias(tenant)
	have, err := s.aliases(ctx, name)
	if err != nil {
		return err
	}
	if reflect.DeepEqual(have, map[string]alias{contract.VectorIndex: want}) {
		return nil
	}
	actions := []any{map[string]any{"add": map[string]any{
		"index": contract.VectorIndex, "alias": name, "filter": want.Filter, "index_routing": want.IndexRouting, "search_routing": want.SearchRouting,
	}}}
	for index := range have {
		if index != contract.VectorIndex {
			actions = append(actions, removeAction(index, name))
		}
	}
	if err := s.changeAliases(ctx, actions); err != nil {
		if search.HasType(err, "index_not_found_exception") {
			return NotPrepared{err}
		}
		return err
	}
	s.changed("alias " + name)
	return nil
}

func (s steps) removeAlias(ctx context.Context, tenant string) error {
	name := contract.TenantAlias(tenant)
	have, err := s.aliases(ctx, name)
	if err != nil || len(have) == 0 {
		return err
	}
	var actions []any
	for index := range have {
		actions = append(actions, removeAction(index, name))
	}
	err = s.changeAliases(ctx, actions)
	if search.HasStatus(err, http.StatusNotFound) {
		return nil // another run was faster
	}
	if err == nil {
		s.changed("no alias " + name)
	}
	return err
}

func removeAction(index, name string) map[string]any {
	return map[string]any{"remove": map[string]any{"index": index, "alias": name}}
}

// changeAliases does all of the actions or none.
func (s steps) changeAliases(ctx context.Context, actions []any) error {
	if err := s.master.Do(ctx, http.MethodPost, "/_aliases", map[string]any{"actions": actions}, nil); err != nil {
		return fmt.Errorf("change aliases: %w", err)
	}
	return nil
}
