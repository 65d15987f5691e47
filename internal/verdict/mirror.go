package verdict

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// SchemaProvider is the command that lays out a mirror with a provider that has
// the schema of the real one, for the stacks given.
const SchemaProvider = "github.com/flowops/flowops/test/terraform/provider"

// SchemaOnly makes the Terraform judge by schema: its providers come from a
// mirror, made in dir, of the binding's schemas for those stacks.
func SchemaOnly(ctx context.Context, t Terraform, dir string, stacks []Stack) (Terraform, error) {
	args := []string{"run", SchemaProvider, "-mirror", dir}
	for _, s := range stacks {
		args = append(args, s.file())
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	config, err := cmd.Output()
	if err != nil {
		return t, fmt.Errorf("make the schema provider: %w\n%s", err, problems.String())
	}
	return t.with(map[string]string{
		"TF_CLI_CONFIG_FILE":  strings.TrimSpace(string(config)),
		"TF_PLUGIN_CACHE_DIR": "", // another provider of that version may be in it
	}), nil
}
