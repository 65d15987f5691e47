package envs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	for name, c := range map[string]struct {
		variable, context, project string
		want, wantErr              string
	}{
		"nothing":                      {want: "dev"},
		"variable":                     {variable: "prod", want: "prod"},
		"context of the CLI":           {context: `{"environment":"staging"}`, want: "staging"},
		"context of the project file":  {project: `{"context":{"environment":"staging"}}`, want: "staging"},
		"the CLI's context wins":       {context: `{"environment":"prod"}`, project: `{"context":{"environment":"staging"}}`, want: "prod"},
		"both agree":                   {variable: "prod", context: `{"environment":"prod"}`, want: "prod"},
		"both disagree":                {variable: "prod", context: `{"environment":"dev"}`, wantErr: "make them agree"},
		"context without the key":      {context: `{"cdktfRelativeModules":[]}`, want: "dev"},
		"context that is no JSON":      {context: `{`, wantErr: "CDKTF_CONTEXT_JSON"},
		"name that is no text":         {context: `{"environment":3}`, wantErr: "no name"},
		"project file that is no JSON": {project: `{`, wantErr: "cdktf.json"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "cdktf.json")
			if c.project != "" {
				if err := os.WriteFile(file, []byte(c.project), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Choose(func(v string) (string, bool) {
				s := map[string]string{"FLOWOPS_ENV": c.variable, "CDKTF_CONTEXT_JSON": c.context}[v]
				return s, s != ""
			}, file)
			if c.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), c.wantErr) {
					t.Fatalf("got %v, want an error with %q", err, c.wantErr)
				}
				return
			}
			if err != nil || got != c.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
