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
// TypeScript of each whose script wanted says yes to.
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
	var folders []string
	parts := map[string][][]byte{} // by folder: large ones keep some of it in scripts apart
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("unpack %s: %w", path, err)
		}
		steps := strings.Split(header.Name, "/") // package/lib/s3-bucket/index.js
		if len(steps) < 4 || !strings.HasSuffix(header.Name, ".js") {
			continue
		}
		js, err := io.ReadAll(r)
		if err != nil {
			return fmt.Errorf("unpack %s: %w", path, err)
		}
		yes := wanted(js)
		if yes {
			folders = append(folders, steps[2])
		}
		if yes || len(steps) > 4 {
			parts[steps[2]] = append(parts[steps[2]], js)
		}
	}
	for _, folder := range folders {
		text, err := typescript(parts[folder])
		if err == nil {
			err = use(text)
		}
		if err != nil {
			return fmt.Errorf("%s in %s: %w", folder, path, err)
		}
	}
	return nil
}

// typescript is what the scripts were compiled from: their source maps carry it
// along, comments and types included.
func typescript(scripts [][]byte) (string, error) {
	const mark = "//# sourceMappingURL=data:application/json;base64,"
	var all strings.Builder
	for _, js := range scripts {
		i := bytes.LastIndex(js, []byte(mark))
		if i < 0 {
			continue // an index of scripts
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
