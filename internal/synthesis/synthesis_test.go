package synthesis

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

func dev(t *testing.T) envs.Config {
	t.Helper()
	cfg, err := envs.Load("dev", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// An earlier result that must not survive a failed synth.
func earlier(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	if err := os.MkdirAll(filepath.Join(out, "stacks", "a"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"manifest.json", "stacks/a/cdk.tf.json"} {
		if err := os.WriteFile(filepath.Join(out, f), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func stackWith(app cdktf.App, id string) cdktf.TerraformStack {
	stack := cdktf.NewTerraformStack(app, jsii.String(id))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("eu-central-1")})
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("state")})
	return stack
}

func TestRunRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		build func(app cdktf.App)
		check func(t *testing.T, err error)
	}{
		"a resource that breaks a rule": {
			func(app cdktf.App) {
				sqsqueue.NewSqsQueue(stackWith(app, "b"), jsii.String("plain"), &sqsqueue.SqsQueueConfig{Name: jsii.String("plain")})
			},
			func(t *testing.T, err error) {
				var findings *FindingsError
				if !errors.As(err, &findings) {
					t.Fatalf("got %v", err)
				}
				var table strings.Builder
				findings.Report.Table(&table)
				for _, want := range []string{"FO-KMS-", "b/plain"} {
					if !strings.Contains(table.String(), want) {
						t.Errorf("missing %q in\n%s", want, table.String())
					}
				}
			},
		},
		"a construct used wrongly": {
			func(app cdktf.App) {
				constructs.NewSecureBucket(stackWith(app, "b"), "documents", constructs.SecureBucketProps{Name: "documents"})
			},
			func(t *testing.T, err error) {
				if err == nil || err.Error() != "b/documents: a bucket needs a customer-managed key: KeyARN is not set" {
					t.Errorf("got %v", err)
				}
			},
		},
		"a mistake that the binding finds": {
			func(app cdktf.App) {
				stack := stackWith(app, "b")
				for range 2 {
					sqsqueue.NewSqsQueue(stack, jsii.String("twice"), &sqsqueue.SqsQueueConfig{})
				}
			},
			func(t *testing.T, err error) {
				if err == nil || !strings.Contains(err.Error(), "There is already a Construct with name 'twice'") {
					t.Errorf("got %v", err)
				}
			},
		},
		"an error that a construct announces": {
			func(app cdktf.App) { cdktf.Annotations_Of(stackWith(app, "b")).AddError(jsii.String("not like this")) },
			func(t *testing.T, err error) {
				if err == nil || !strings.Contains(err.Error(), "not like this") {
					t.Errorf("got %v", err)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			out := earlier(t)
			_, err := Run(Options{Config: dev(t), Outdir: out, Build: c.build})
			c.check(t, err)
			if _, err := os.Stat(out); !os.IsNotExist(err) {
				t.Error("there is still an output directory")
			}
			left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), "*"))
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// The CLI lists stacks as the manifest does, and that is in the order of
// deployment.
func TestManifestIsInTheOrderOfDeployment(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	result, err := Run(Options{Config: dev(t), Outdir: out, Build: func(app cdktf.App) {
		last, first, other := stackWith(app, "a-last"), stackWith(app, "b-first"), stackWith(app, "c-other")
		last.AddDependency(first)
		last.AddDependency(other)
	}})
	// The stacks have no tags of their own, which the rules are about to say.
	var findings *FindingsError
	if err != nil && !errors.As(err, &findings) {
		t.Fatal(err)
	}
	var names []string
	for _, s := range result.Stacks {
		names = append(names, s.Name)
	}
	if !slices.Equal(names, []string{"b-first", "c-other", "a-last"}) {
		t.Errorf("summary in the order %v", names)
	}
}
