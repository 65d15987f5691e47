package e2e

import (
	"archive/zip"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/internal/synthesis"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/e2e/deploy"
	"github.com/flowops/flowops/test/e2e/local"
	"github.com/flowops/flowops/test/platform"
	"github.com/flowops/flowops/test/searchtest"
	"github.com/flowops/flowops/test/synth"
)

// root is the module's.
const root = "../.."

// world is a deployed environment on this machine.
type world struct {
	t          *testing.T
	cfg        envs.Config
	aws        aws.Config // with the account's own credentials
	lambda     *lambda.Client
	gateway    *local.Gateway
	search     *searchtest.Server
	deployment *deploy.Deployment
}

// searchHost is the search domain's endpoint.
const searchHost = "search-flowops-dev-search.eu-central-1.es.amazonaws.com"

// newWorld deploys dev, with the changes that change makes to it.
func newWorld(t *testing.T, change func(*envs.Config)) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{t: t, cfg: platform.Config(t, "dev"), search: searchtest.New(t)}
	if change != nil {
		change(&w.cfg)
	}
	dir := t.TempDir()
	certificate := filepath.Join(dir, "authority.pem")
	region, account := w.cfg.Account.Region, w.cfg.Account.ID
	var err error
	w.gateway, err = local.NewGateway(certificate, region, account, nil, map[string]http.Handler{".es.amazonaws.com": w.search})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.gateway.Close)
	w.gateway.Recorder().OnSession(func(role, tenant string, c aws.Credentials) {
		w.search.Know(searchtest.Principal{RoleARN: role, Tenant: tenant}, c)
	})
	stack, err := local.StartMiniStack(ctx, root, dir, account, region, w.gateway.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stack.Close)
	w.gateway.To(stack.Address)
	w.aws = aws.Config{
		Region: region, BaseEndpoint: aws.String("http://" + stack.Address),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
	w.lambda = lambda.NewFromConfig(w.aws)
	w.deployment, err = deploy.Run(ctx, deploy.Options{
		Config: w.aws, Account: account, Host: map[string]string{"amd64": "x86_64"}[runtime.GOARCH], Stacks: w.synthesize(dir),
		Environment: func(function string) map[string]string {
			return map[string]string{"AWS_SDK_UA_APP_ID": function, "SSL_CERT_FILE": certificate, "HTTPS_PROXY": w.gateway.URL()}
		},
		Stand: map[string]map[string]any{"aws_opensearch_domain": {"endpoint": searchHost}},
	})
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "ministack.log"))
		t.Fatalf("%v\n%s", err, log)
	}
	return w
}

// synthesize synthesizes the environment with functions that run here.
func (w *world) synthesize(dir string) []deploy.Stack {
	w.t.Helper()
	bin := filepath.Join(dir, "bin")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", bin+string(filepath.Separator), "./handlers/...")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		w.t.Fatalf("go build: %v\n%s", err, out)
	}
	artifacts := stacks.Artifacts{Agent: filepath.Join(dir, "agent.zip"), Functions: func(name string) string { return filepath.Join(bin, name+".zip") }}
	if err := os.WriteFile(artifacts.Agent, []byte("the agent is stood in for"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	for _, f := range contract.Functions() {
		bootstrap(w.t, filepath.Join(bin, strings.ReplaceAll(f.Name, "-", "")), artifacts.Functions(f.Name))
	}
	out := filepath.Join(dir, "out")
	if _, err := synthesis.Run(synthesis.Options{
		Config: w.cfg, Outdir: out, Progress: io.Discard, Build: func(app cdktf.App) { stacks.Build(app, w.cfg, artifacts) },
	}); err != nil {
		w.t.Fatal(err)
	}
	var all []deploy.Stack
	for _, name := range []string{"foundation", "data", "ai", "compute", "orchestration"} {
		all = append(all, deploy.Stack{Name: name, Dir: filepath.Join(out, "stacks", name), Document: synth.Read(w.t, filepath.Join(out, "stacks", name, "cdk.tf.json"))})
	}
	return all
}

// bootstrap zips a binary as Lambda takes it.
func bootstrap(t *testing.T, binary, file string) {
	t.Helper()
	content, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(out)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Store}
	header.SetMode(0o755)
	entry, err := z.CreateHeader(header)
	if err == nil {
		_, err = entry.Write(content)
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}
