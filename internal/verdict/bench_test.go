package verdict

import (
	"os"
	"path/filepath"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

func TestBenchLaysModules(t *testing.T) {
	b := &Bench{dir: t.TempDir()}
	document := `{"resource":{"aws_s3_object":{"o":{"source":"assets/o_1/2/o.zip","source_hash":"${filemd5(\"assets/o_1/2/p.zip\")}"}}}}`
	if err := b.lay(map[string][]byte{"data": []byte(document), "api": []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := b.lay(map[string][]byte{"data": []byte(document)}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"data/cdk.tf.json": document, "assets/o_1/2/o.zip": "", "assets/o_1/2/p.zip": "",
		"main.tf.json": `{"module":{"data":{"source":"./data"}}}`, // api is judged no more
	} {
		if text, err := os.ReadFile(filepath.Join(b.dir, path)); err != nil || string(text) != want {
			t.Errorf("%s holds %q (%v), want %q", path, text, err, want)
		}
	}
}

func TestADiagnosticNamesItsModule(t *testing.T) {
	for want, d := range map[string]tfjson.Diagnostic{
		"data": {Range: &tfjson.Range{Filename: "data/cdk.tf.json"}},
		"all":  {},
	} {
		if got := module(d); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
