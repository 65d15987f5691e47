package schema

import (
	"regexp"
	"strings"
)

// source is what the generated TypeScript of a resource says, by the name of
// the interface that describes the configuration of the resource or of a block.
type source struct {
	roots  map[string]string // Terraform's type -> interface
	fields map[string][]*field
}

// field is an attribute or a block.
type field struct {
	name               string
	required, computed bool
	configurable       bool // optional or required
	block, single      bool
	storage            storage
}

// storage is what CDKTF says it keeps of an attribute: the collection ("simple"
// for none, "struct" for an object) and the type in it ("stringList", "FooList").
type storage struct{ kind, class string }

var (
	reClass     = regexp.MustCompile(`^export class (\w+) extends`)
	reRoot      = regexp.MustCompile(`^  public static readonly tfResourceType = "(\w+)"`)
	reConfig    = regexp.MustCompile(`^  public constructor\(scope: Construct, id: string, config: (\w+)`)
	reInterface = regexp.MustCompile(`^export interface (\w+)`)
	reBlock     = regexp.MustCompile(`^  \* (\w+) block$`)
	reLink      = regexp.MustCompile(`#(\w+)\}\.?$`)
	reProperty  = regexp.MustCompile(`^  readonly \w+(\??): (.*);$`)
	reComputed  = regexp.MustCompile(`^  // (\w+) - computed: (true|false), optional: (true|false), required: (true|false)`)
	reMember    = regexp.MustCompile(`^  private _\w+ = new (\w+|cdktf\.\w+)\(this, "\w+"(?:, (true|false))?\)`)
	reGetter    = regexp.MustCompile(`^    return (.*this\.(?:get|interpolationFor)\w*Attribute\(.*);$`)
	reToHCL     = regexp.MustCompile(`^export function \w+ToHclTerraform\(struct\?: (.*)\): any`)
	reEntry     = regexp.MustCompile(`^ {4,6}(\w+): \{$`)
	reKind      = regexp.MustCompile(`^ {6,8}type: "(\w+)"`)
	reStorage   = regexp.MustCompile(`^ {6,8}storageClassType: "(\w+)"`)
)

// parse reads generated TypeScript, which is regular enough to be read by line.
func parse(typescript string) *source {
	s := &source{roots: map[string]string{}, fields: map[string][]*field{}}
	var (
		owner, root, name string // the interface that a line is about, the resource, the attribute
		block             bool
		current           *field
		kind              string
	)
	for line := range strings.Lines(typescript) {
		line = strings.TrimRight(line, "\r\n ")
		match := func(re *regexp.Regexp) []string { return re.FindStringSubmatch(line) }
		if m := match(reInterface); m != nil {
			owner, block, name = m[1], false, ""
			s.fields[owner] = nil // known, even without fields
		} else if m := match(reBlock); m != nil {
			block = true
		} else if m := match(reLink); m != nil && strings.HasPrefix(line, "  * ") {
			name = m[1]
		} else if m := match(reProperty); m != nil {
			f := s.field(owner, name)
			f.required, f.configurable, f.block, f.single = m[1] == "", true, block, !strings.Contains(m[2], "[]")
			block = false
		} else if m := match(reClass); m != nil {
			owner, root, current = strings.TrimSuffix(m[1], "OutputReference"), "", nil
		} else if m := match(reRoot); m != nil {
			root = m[1]
		} else if m := match(reConfig); m != nil && root != "" {
			owner = m[1]
			s.roots[root] = owner
		} else if m := match(reComputed); m != nil {
			current = s.field(owner, m[1])
			current.computed = m[2] == "true"
		} else if m := match(reMember); m != nil && current != nil && !current.configurable {
			current.storage = memberStorage(m[1], m[2] == "true")
		} else if m := match(reGetter); m != nil && current != nil && !current.configurable && current.storage == (storage{}) {
			current.storage = getterStorage(m[1])
		} else if m := match(reToHCL); m != nil {
			for _, t := range strings.Split(m[1], " | ") {
				if !strings.HasPrefix(t, "cdktf.") && !strings.HasSuffix(t, "OutputReference") {
					owner = t
				}
			}
		} else if m := match(reEntry); m != nil {
			name = m[1]
		} else if m := match(reKind); m != nil {
			kind = m[1]
		} else if m := match(reStorage); m != nil {
			s.field(owner, name).storage = storage{kind, m[1]}
		}
	}
	return s
}

func (s *source) field(owner, name string) *field {
	for _, f := range s.fields[owner] {
		if f.name == name {
			return f
		}
	}
	f := &field{name: name}
	s.fields[owner] = append(s.fields[owner], f)
	return f
}

// memberStorage reads `private _x = new FooList(this, "x", true)` of a computed
// attribute: true says that it is a set.
func memberStorage(class string, set bool) storage {
	class = strings.TrimPrefix(class, "cdktf.")
	switch {
	case strings.HasSuffix(class, "OutputReference"):
		return storage{"struct", strings.TrimSuffix(class, "OutputReference")}
	case strings.HasSuffix(class, "Map"):
		return storage{"map", lowerFirst(class, "StringMap", "NumberMap", "BooleanMap")}
	case set:
		return storage{"set", class}
	}
	return storage{"list", lowerFirst(class, "StringMapList", "StringListList")}
}

// getterStorage reads what a getter of a computed attribute returns.
func getterStorage(expression string) storage {
	kind := "list"
	if strings.Contains(expression, "tolist(") {
		kind = "set"
	}
	for _, c := range []struct {
		call string
		storage
	}{
		{"getStringAttribute", storage{"simple", "string"}},
		{"getNumberAttribute", storage{"simple", "number"}},
		{"getBooleanAttribute", storage{"simple", "boolean"}},
		{"getStringMapAttribute", storage{"map", "stringMap"}},
		{"getNumberMapAttribute", storage{"map", "numberMap"}},
		{"getBooleanMapAttribute", storage{"map", "booleanMap"}},
		{"getNumberListAttribute", storage{kind, "numberList"}},
		{"getListAttribute", storage{kind, "stringList"}},
	} {
		if strings.Contains(expression, c.call+"(") {
			return c.storage
		}
	}
	return storage{"simple", "any"}
}

// lowerFirst turns CDKTF's own collection classes into the names that it
// stores them under.
func lowerFirst(class string, own ...string) string {
	for _, o := range own {
		if class == o {
			return strings.ToLower(class[:1]) + class[1:]
		}
	}
	return class
}
