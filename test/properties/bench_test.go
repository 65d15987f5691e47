package properties

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/flowops/flowops/internal/verdict"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// bench is Terraform with a provider of the AWS provider's schema, for the types
// of resources that it has met.
type bench struct {
	dir     string
	kinds   synth.Document    // an empty resource of each type
	benches [2]*verdict.Bench // side by side: a validation keeps one core busy
	// accepted is how many documents Terraform has had nothing against.
	accepted int
}

// newBench is a bench for the types that are in documents.
func newBench(t testing.TB, documents ...synth.Document) *bench {
	b := &bench{dir: t.TempDir(), kinds: synth.Document{}}
	for _, d := range documents {
		b.meet(d)
	}
	return b
}

// validate tells what Terraform has against an environment's documents.
func (b *bench) validate(ctx context.Context, e environment) error {
	var modules [len(b.benches)]map[string][]byte
	met := true
	for i, name := range slices.Sorted(maps.Keys(e.docs)) {
		text, err := json.Marshal(e.docs[name])
		if err != nil {
			return err
		}
		if part := &modules[i%len(modules)]; *part == nil {
			*part = map[string][]byte{name: text}
		} else {
			(*part)[name] = text
		}
		met = !b.meet(e.docs[name]) && met
	}
	if !met || b.benches[0] == nil {
		if err := b.make(ctx); err != nil {
			return err
		}
	}
	var errs [len(b.benches)]error
	var all sync.WaitGroup
	for i, part := range modules {
		if part != nil {
			all.Go(func() { errs[i] = b.benches[i].Validate(ctx, part) })
		}
	}
	all.Wait()
	err := errors.Join(errs[:]...)
	if err == nil {
		b.accepted += len(e.docs)
	}
	return err
}

// meet says whether a document has types that the bench has not met.
func (b *bench) meet(d synth.Document) (news bool) {
	for _, part := range []string{"resource", "data"} {
		all, _ := d[part].(map[string]any)
		for kind := range all {
			if b.kinds[part] == nil {
				b.kinds[part] = map[string]any{} // Terraform takes no empty one
			}
			if known := b.kinds[part].(map[string]any); known[kind] == nil {
				known[kind], news = map[string]any{"any": map[string]any{}}, true
			}
		}
	}
	if b.kinds["terraform"] == nil {
		b.kinds["terraform"] = map[string]any{"required_providers": map[string]any{}}
	}
	required, _ := synth.Get(d["terraform"], "required_providers").(map[string]any)
	maps.Copy(synth.Get(b.kinds["terraform"], "required_providers").(map[string]any), required)
	return news
}

// make makes the provider and has Terraform initialized with it.
func (b *bench) make(ctx context.Context) error {
	program, err := verdict.Find(ctx, filepath.Join("..", "..", ".tools", "terraform"))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(b.dir, "")
	if err != nil {
		return err
	}
	text, err := json.Marshal(b.kinds)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "cdk.tf.json"), text, 0o600); err != nil {
		return err
	}
	program, err = verdict.SchemaOnly(ctx, program, filepath.Join(dir, "mirror"), []verdict.Stack{{Name: "kinds", Dir: dir}})
	if err != nil {
		return err
	}
	modules := map[string][]byte{}
	for _, name := range stacks.Names() {
		modules[name] = text
	}
	for i := range b.benches {
		if b.benches[i], err = verdict.NewBench(ctx, program, filepath.Join(dir, fmt.Sprint("bench", i)), modules); err != nil {
			return err
		}
	}
	return nil
}
