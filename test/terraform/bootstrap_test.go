package terraform

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/internal/synthesis"
	"github.com/flowops/flowops/internal/verdict"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/platform"
)

// The bootstrap stack is apart from the others; Terraform takes it too.
func TestBootstrapStandsUp(t *testing.T) {
	cfg := platform.Config(t, "prod")
	out := filepath.Join(t.TempDir(), "out")
	if _, err := synthesis.Run(synthesis.Options{
		Config: cfg, Outdir: out, Progress: io.Discard,
		Build: func(app cdktf.App) { stacks.NewBootstrap(app, "bootstrap", cfg) },
	}); err != nil {
		t.Fatal(err)
	}
	all, err := verdict.Stacks(out)
	if err != nil {
		t.Fatal(err)
	}
	standsUp(t, lab(t, terraform(t, all), all))
}
