package searchtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// state is what is in the domain.
type state struct {
	templates map[string]any
	indexes   map[string]*index
	roles     map[string]role
	mappings  map[string]mapping
}

// index is an index with its aliases. Documents are kept by routing and id,
// like those of a shard.
type index struct {
	mappings, settings map[string]any
	aliases            map[string]alias
	live, visible      map[string]document
}

type alias struct {
	Filter        map[string]any `json:"filter,omitempty"`
	IndexRouting  string         `json:"index_routing,omitempty"`
	SearchRouting string         `json:"search_routing,omitempty"`
}

func newState() state {
	return state{templates: map[string]any{}, indexes: map[string]*index{}, roles: map[string]role{}, mappings: map[string]mapping{}}
}

// Aliases are the aliases of an index, by name; nil where there is no index.
func (s *Server) Aliases(name string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.indexes[name] == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.indexes[name].aliases))
}

// Setting is a setting of an index, below "index".
func (s *Server) Setting(name, setting string) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.indexes[name].settings[setting]
}

func object(v any, path ...string) map[string]any {
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	m, _ := v.(map[string]any)
	return m
}

func noIndex(name string) reply {
	return failure(404, "index_not_found_exception", "no such index ["+name+"]")
}

// template is PUT and GET of a composable index template.
func (s *Server) template(c Call, name string) reply {
	if c.Method == "GET" {
		t, ok := s.templates[name]
		if !ok {
			return failure(404, "resource_not_found_exception", "index template matching ["+name+"] not found")
		}
		return reply{200, map[string]any{"index_templates": []any{map[string]any{"name": name, "index_template": t}}}}
	}
	var t map[string]any
	if err := json.Unmarshal([]byte(c.Body), &t); err != nil || t["index_patterns"] == nil {
		return failure(400, "parse_exception", "index_template")
	}
	// Settings come back as text.
	if settings := object(t, "template", "settings", "index"); settings != nil {
		for k, v := range settings {
			settings[k] = fmt.Sprint(v)
		}
	}
	s.templates[name] = t
	return acknowledged()
}

// index is PUT, which makes an index from the template that fits, and GET of an
// index with all that describes it.
func (s *Server) index(c Call, name string) reply {
	x, there := s.indexes[name]
	switch {
	case c.Method == "GET" && there:
		return reply{200, map[string]any{name: map[string]any{"aliases": x.aliases, "mappings": x.mappings, "settings": map[string]any{"index": x.settings}}}}
	case c.Method == "PUT" && there:
		return failure(400, "resource_already_exists_exception", "index ["+name+"/uuid] already exists")
	case c.Method == "PUT":
		x = &index{
			mappings: map[string]any{}, settings: map[string]any{"number_of_shards": "1", "number_of_replicas": "1"},
			aliases: map[string]alias{}, live: map[string]document{}, visible: map[string]document{},
		}
		for _, t := range s.templates {
			if patterns, _ := object(t)["index_patterns"].([]any); slices.Contains(patterns, any(name)) {
				x.mappings = clone(object(t, "template", "mappings"))
				maps.Copy(x.settings, object(t, "template", "settings", "index"))
			}
		}
		s.indexes[name] = x
		return reply{200, map[string]any{"acknowledged": true, "shards_acknowledged": true, "index": name}}
	case c.Method == "GET":
		return noIndex(name)
	}
	return failure(405, "illegal_argument_exception", "Incorrect HTTP method")
}

func clone(m map[string]any) map[string]any {
	text, _ := json.Marshal(m)
	var copied map[string]any
	_ = json.Unmarshal(text, &copied)
	return copied
}

// describe is PUT of an index's mapping or settings.
func (s *Server) describe(x *index, route string, c Call) reply {
	var change map[string]any
	if err := json.Unmarshal([]byte(c.Body), &change); err != nil {
		return failure(400, "parse_exception", "Failed to parse content to map")
	}
	if route == "PUT _mapping" {
		properties := object(x.mappings, "properties")
		for name, p := range object(change, "properties") {
			if old, ok := properties[name]; ok && fmt.Sprint(old) != fmt.Sprint(p) {
				return failure(400, "illegal_argument_exception", "Mapper for ["+name+"] conflicts with existing mapper")
			}
			properties[name] = p
		}
		return acknowledged()
	}
	for name, v := range object(change, "index") {
		if name != "number_of_replicas" {
			return failure(400, "illegal_argument_exception", "Can't update non dynamic settings")
		}
		x.settings[name] = fmt.Sprint(v)
	}
	return acknowledged()
}

func (s *Server) getAlias(name string) reply {
	found := map[string]any{}
	for index, x := range s.indexes {
		if a, ok := x.aliases[name]; ok {
			found[index] = map[string]any{"aliases": map[string]any{name: a}}
		}
	}
	if len(found) == 0 {
		return reply{404, map[string]any{"error": "alias [" + name + "] missing", "status": 404}}
	}
	return reply{200, found}
}

func (s *Server) changeAliases(c Call) reply {
	type target struct {
		Index, Alias, Routing string
		IndexRouting          string `json:"index_routing"`
		SearchRouting         string `json:"search_routing"`
		Filter                map[string]any
	}
	var change struct{ Actions []map[string]target }
	if err := json.Unmarshal([]byte(c.Body), &change); err != nil || len(change.Actions) == 0 {
		return failure(400, "action_request_validation_exception", "Must specify at least one alias action")
	}
	for _, action := range change.Actions { // all or none
		for verb, a := range action {
			x := s.indexes[a.Index]
			if x == nil {
				return noIndex(a.Index)
			}
			if s.indexes[a.Alias] != nil || strings.ToLower(a.Alias) != a.Alias {
				return failure(400, "invalid_alias_name_exception", "Invalid alias name ["+a.Alias+"]")
			}
			if _, ok := x.aliases[a.Alias]; !ok && verb == "remove" {
				return failure(404, "aliases_not_found_exception", "aliases ["+a.Alias+"] missing")
			}
		}
	}
	for _, action := range change.Actions {
		for verb, a := range action {
			if verb == "remove" {
				delete(s.indexes[a.Index].aliases, a.Alias)
				continue
			}
			s.indexes[a.Index].aliases[a.Alias] = alias{a.Filter, cmp.Or(a.IndexRouting, a.Routing), cmp.Or(a.SearchRouting, a.Routing)}
		}
	}
	return acknowledged()
}
