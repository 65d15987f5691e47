package deploy

import "fmt"

// block is a block's attributes. A single block stands in the JSON as itself,
// or as a list with one element.
type block struct{ attributes map[string]any }

func (b block) value(path ...string) any {
	var v any = b.attributes
	for _, p := range path {
		if list, ok := v.([]any); ok && len(list) == 1 {
			v = list[0]
		}
		m, _ := v.(map[string]any)
		v = m[p]
	}
	return v
}

func (b block) text(path ...string) string {
	switch v := b.value(path...).(type) {
	case string:
		return v
	case nil:
		return ""
	default:
		return fmt.Sprint(v)
	}
}

func (b block) number(path ...string) int32 {
	n, _ := b.value(path...).(float64)
	return int32(n)
}

func (b block) flag(path ...string) bool {
	v, _ := b.value(path...).(bool)
	return v
}

func (b block) blocks(path ...string) []block {
	switch v := b.value(path...).(type) {
	case []any:
		var all []block
		for _, item := range v {
			if m, ok := item.(map[string]any); ok {
				all = append(all, block{m})
			}
		}
		return all
	case map[string]any:
		return []block{{v}}
	}
	return nil
}

func (b block) texts(path ...string) []string {
	list, _ := b.value(path...).([]any)
	var all []string
	for _, item := range list {
		all = append(all, fmt.Sprint(item))
	}
	return all
}

func (b block) table(path ...string) map[string]string {
	m, _ := b.value(path...).(map[string]any)
	all := map[string]string{}
	for k, v := range m {
		all[k] = fmt.Sprint(v)
	}
	return all
}
