package verdict

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flowops/flowops/internal/manifest"
)

// Stack is a synthesized stack.
type Stack struct {
	Name string
	Dir  string // that holds its JSON
}

// file is the stack's Terraform JSON.
func (s Stack) file() string { return filepath.Join(s.Dir, "cdk.tf.json") }

// Stacks reads an output directory's stacks, in the order of deployment.
func Stacks(outdir string) ([]Stack, error) {
	m, err := manifest.Read(outdir)
	if err != nil {
		return nil, fmt.Errorf("%w: synthesize first", err)
	}
	var all []Stack
	for _, name := range m.Order() {
		all = append(all, Stack{Name: name, Dir: filepath.Join(outdir, filepath.Dir(m.Path(name)))})
	}
	return all, nil
}

// upTo cuts the stacks after the named one off, or none for "".
func upTo(all []Stack, name string) ([]Stack, error) {
	if name == "" {
		return all, nil
	}
	i := slices.IndexFunc(all, func(s Stack) bool { return s.Name == name })
	if i < 0 {
		var names []string
		for _, s := range all {
			names = append(names, s.Name)
		}
		return nil, fmt.Errorf("no stack %q; there are %s", name, strings.Join(names, ", "))
	}
	return all[:i+1], nil
}

// state is what a stack says about where state is: its own, and that of others
// that it reads.
type state struct {
	kind    string // of its backend
	config  map[string]any
	remotes map[string]remote // by the data source's name
	// protected are the resources that refuse to be destroyed, by type.
	protected map[string][]string
}

type remote struct {
	Backend string         `json:"backend"`
	Config  map[string]any `json:"config"`
}

func (s Stack) state() (state, error) {
	var content struct {
		Terraform struct{ Backend map[string]map[string]any }
		Data      struct {
			Remotes map[string]remote `json:"terraform_remote_state"`
		}
		Resource map[string]map[string]struct {
			Lifecycle struct {
				PreventDestroy any `json:"prevent_destroy"`
			}
		}
	}
	text, err := os.ReadFile(s.file())
	if err != nil {
		return state{}, err
	}
	if err := json.Unmarshal(text, &content); err != nil {
		return state{}, fmt.Errorf("read %s: %w", s.file(), err)
	}
	result := state{remotes: content.Data.Remotes, protected: map[string][]string{}}
	for kind, config := range content.Terraform.Backend {
		result.kind, result.config = kind, config
	}
	for kind, named := range content.Resource {
		for name, r := range named {
			if r.Lifecycle.PreventDestroy == true {
				result.protected[kind] = append(result.protected[kind], name)
			}
		}
	}
	return result, nil
}

// of says whether the remote state is the one that a stack writes: all that it
// says of it, the stack's backend says too.
func (r remote) of(s state) bool {
	if r.Backend != s.kind {
		return false
	}
	for key, value := range r.Config {
		if fmt.Sprint(s.config[key]) != fmt.Sprint(value) {
			return false
		}
	}
	return true
}
