package schema

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// archive finds the npm archive of a provider's Go binding in the module cache:
// of the module in go.mod that is called cdktf-provider-<name>-go.
func archive(name string) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Path}} {{.Dir}}", "all").Output()
	if err != nil {
		return "", fmt.Errorf("list the modules: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.Contains(path+"/", "/cdktf-provider-"+name+"-go/") {
			continue
		}
		if found, err := filepath.Glob(filepath.Join(dir, "jsii", "*.tgz")); err == nil && len(found) == 1 {
			return found[0], nil
		}
		return "", fmt.Errorf("module %s has no single archive in %s/jsii", path, dir)
	}
	return "", fmt.Errorf("no module cdktf-provider-%s-go in go.mod", name)
}

// sources reads an archive's folders, one for each resource, and hands on the
// TypeScript of each that wanted says yes to, by its generated JavaScript.
func sources(path string, wanted func(js []byte) bool, use func(typescript string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", path, err)
	}
	// What a folder's index.js exports can be spread over files below it.
	var folder string
	var scripts [][]byte
	flush := func() error {
		all := scripts
		scripts = nil
		for _, js := range all {
			if wanted(js) {
				text, err := typescript(all)
				if err != nil {
					return fmt.Errorf("%s in %s: %w", folder, path, err)
				}
				return use(text)
			}
		}
		return nil
	}
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return flush()
		} else if err != nil {
			return fmt.Errorf("unpack %s: %w", path, err)
		}
		parts := strings.Split(header.Name, "/") // package/lib/s3-bucket/index.js
		if len(parts) < 4 || !strings.HasSuffix(header.Name, ".js") {
			continue
		}
		if parts[2] != folder {
			if err := flush(); err != nil {
				return err
			}
			folder = parts[2]
		}
		js, err := io.ReadAll(r)
		if err != nil {
			return fmt.Errorf("unpack %s: %w", path, err)
		}
		scripts = append(scripts, js)
	}
}

// typescript is what the scripts were compiled from: their source maps carry it
// along, comments and types included.
func typescript(scripts [][]byte) (string, error) {
	const mark = "//# sourceMappingURL=data:application/json;base64,"
	var all strings.Builder
	for _, js := range scripts {
		i := bytes.LastIndex(js, []byte(mark))
		if i < 0 {
			return "", errors.New("a script has no source map within")
		}
		text, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(js[i+len(mark):])))
		if err != nil {
			return "", fmt.Errorf("decode a source map: %w", err)
		}
		var sourceMap struct{ SourcesContent []string }
		if err := json.Unmarshal(text, &sourceMap); err != nil {
			return "", fmt.Errorf("read a source map: %w", err)
		}
		for _, content := range sourceMap.SourcesContent {
			all.WriteString(content)
			all.WriteByte('\n')
		}
	}
	if all.Len() == 0 {
		return "", errors.New("the source maps carry no sources")
	}
	return all.String(), nil
}
