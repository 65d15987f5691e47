package searchtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// document is an indexed document.
type document struct {
	id, routing string
	source      map[string]any
}

// Documents are the sources of an index's documents, searchable or not, in the
// order of their ids.
func (s *Server) Documents(name string) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.indexes[name]
	if x == nil {
		return nil
	}
	var all []map[string]any
	for _, k := range slices.Sorted(maps.Keys(x.live)) {
		all = append(all, x.live[k].source)
	}
	return all
}

// onIndex is a request to an index or an alias.
func (s *Server) onIndex(route, name string, c Call) reply {
	x, through := s.indexes[name], (*alias)(nil)
	for _, other := range s.indexes {
		if a, ok := other.aliases[name]; ok {
			x, through = other, &a
		}
	}
	if x == nil {
		if route == "POST _bulk" && c.Query.Get("require_alias") != "true" {
			s.broken("a bulk request makes the index %s", name)
		}
		return noIndex(name)
	}
	routing := c.Query.Get("routing")
	if through != nil && through.SearchRouting != "" {
		if routing != "" && routing != through.SearchRouting {
			return failure(400, "illegal_argument_exception", "Alias ["+name+"] has index routing associated with it")
		}
		routing = through.SearchRouting
	}
	switch route {
	case "POST _refresh":
		x.visible = maps.Clone(x.live)
		return reply{200, map[string]any{"_shards": map[string]int{"total": 1, "successful": 1, "failed": 0}}}
	case "PUT _mapping", "PUT _settings":
		return s.describe(x, route, c)
	case "POST _bulk":
		return bulk(x, name, routing, c)
	case "POST _search":
		return search(x, through, c)
	case "POST _delete_by_query":
		return deleteByQuery(x, through, c)
	}
	return failure(400, "illegal_argument_exception", "no handler found for "+c.Path)
}

// bulk takes index actions, and answers for each of them.
func bulk(x *index, name, routing string, c Call) reply {
	lines := strings.Split(c.Body, "\n")
	if lines[len(lines)-1] != "" {
		return failure(400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]")
	}
	dimension, _ := object(x.mappings, "properties", "vector")["dimension"].(float64)
	var items []any
	failed := false
	for i := 0; i+1 < len(lines); i += 2 {
		var action map[string]map[string]string
		var source map[string]any
		if json.Unmarshal([]byte(lines[i]), &action) != nil || json.Unmarshal([]byte(lines[i+1]), &source) != nil {
			return failure(400, "illegal_argument_exception", "Malformed action/metadata line")
		}
		meta := action["index"]
		if meta["_index"] != "" {
			return failure(400, "illegal_argument_exception", "explicit index in bulk is not allowed")
		}
		item := map[string]any{"_index": "flowops-vectors", "_id": meta["_id"], "status": 201}
		vector, _ := source["vector"].([]any)
		switch {
		case meta["routing"] == "" || routing != "" && meta["routing"] != routing:
			item["status"], item["error"] = 400, map[string]string{"type": "routing_missing_exception", "reason": "routing is required for [" + name + "]"}
		case len(vector) != int(dimension):
			item["status"], item["error"] = 400, map[string]string{"type": "mapper_parsing_exception", "reason": fmt.Sprint("failed to parse ", source)}
		default:
			x.live[meta["routing"]+"/"+meta["_id"]] = document{meta["_id"], meta["routing"], source}
		}
		failed = failed || item["error"] != nil
		items = append(items, map[string]any{"index": item})
	}
	return reply{200, map[string]any{"took": 1, "errors": failed, "items": items}}
}

// hit is a found document.
type hit struct {
	document
	score float64
}

// search is a search by query, or by nearest neighbours: those are found in the
// whole shard by the filter of their clause, and then the alias's filter leaves
// out what is not its own. Routing only chooses the shard, and there is one.
func search(x *index, through *alias, c Call) reply {
	var body struct {
		Size     int
		MinScore float64 `json:"min_score"`
		Query    map[string]any
	}
	if err := json.Unmarshal([]byte(c.Body), &body); err != nil {
		return failure(400, "parsing_exception", "Failed to parse")
	}
	var hits []hit
	knn := object(body.Query, "knn", "vector")
	for _, d := range x.visible {
		switch {
		case knn != nil:
			filter := object(knn, "filter")
			if filter == nil || matches(d.source, filter) {
				hits = append(hits, hit{d, (1 + cosine(knn["vector"], d.source["vector"])) / 2})
			}
		case matches(d.source, body.Query):
			hits = append(hits, hit{d, 0})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.id, b.id)) })
	if k, ok := knn["k"].(float64); ok && len(hits) > int(k) {
		hits = hits[:int(k)]
	}
	hits = slices.DeleteFunc(hits, func(h hit) bool {
		return h.score < body.MinScore || through != nil && through.Filter != nil && !matches(h.source, through.Filter)
	})
	total := len(hits)
	list := []any{}
	for i := 0; i < min(total, body.Size); i++ {
		source := maps.Clone(hits[i].source)
		delete(source, "vector")
		list = append(list, map[string]any{"_index": "flowops-vectors", "_id": hits[i].id, "_routing": hits[i].routing, "_score": hits[i].score, "_source": source})
	}
	return reply{200, map[string]any{
		"took": 1, "timed_out": false, "_shards": map[string]int{"total": 1, "successful": 1, "skipped": 0, "failed": 0},
		"hits": map[string]any{"total": map[string]any{"value": total, "relation": "eq"}, "max_score": nil, "hits": list},
	}}
}

func deleteByQuery(x *index, through *alias, c Call) reply {
	var body struct{ Query map[string]any }
	if err := json.Unmarshal([]byte(c.Body), &body); err != nil || body.Query == nil {
		return failure(400, "action_request_validation_exception", "query is missing")
	}
	most := math.MaxInt
	if text := c.Query.Get("max_docs"); text != "" {
		if _, err := fmt.Sscan(text, &most); err != nil {
			return failure(400, "illegal_argument_exception", "max_docs")
		}
	}
	count, conflicts := 0, 0
	for _, k := range slices.Sorted(maps.Keys(x.visible)) {
		d := x.visible[k]
		if !matches(d.source, body.Query) || through != nil && through.Filter != nil && !matches(d.source, through.Filter) || count+conflicts >= most {
			continue
		}
		if now, ok := x.live[k]; !ok || fmt.Sprint(now) != fmt.Sprint(d) {
			conflicts++
			continue
		}
		delete(x.live, k)
		count++
	}
	if c.Query.Get("refresh") == "true" {
		x.visible = maps.Clone(x.live)
	}
	return reply{200, map[string]any{
		"took": 1, "timed_out": false, "total": count + conflicts, "deleted": count, "batches": 1,
		"version_conflicts": conflicts, "noops": 0, "failures": []any{},
	}}
}
