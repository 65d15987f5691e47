package telemetry

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// The units that CloudWatch knows (API reference, MetricDatum).
var cloudWatchUnits = strings.Fields("Seconds Microseconds Milliseconds Bytes Kilobytes Megabytes Gigabytes Terabytes Bits Kilobits Megabits Gigabits Terabits Percent Count " +
	"Bytes/Second Kilobytes/Second Megabytes/Second Gigabytes/Second Terabytes/Second Bits/Second Kilobits/Second Megabits/Second Gigabits/Second Terabits/Second Count/Second None")

// isEmbeddedMetrics holds a line against CloudWatch's "Specification: Embedded
// metric format".
func isEmbeddedMetrics(t *testing.T, line string) {
	t.Helper()
	if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") || len(line) > 256<<10 {
		t.Errorf("not one line of at most 256 KB: %q", line)
	}
	root := object(t, line)
	if _, err := time.Parse(time.RFC3339, root["timestamp"].(string)); err != nil {
		t.Error(err) // without it Lambda takes the line for INFO
	}
	var document struct {
		AWS struct {
			Timestamp         int64 // milliseconds since 1970
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct {
					Name, Unit        string
					StorageResolution *int
				}
			}
		} `json:"_aws"`
	}
	strict := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(line), &strict); err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(strict["_aws"]))
	decoder.DisallowUnknownFields() // "MUST NOT contain any additional members"
	if err := decoder.Decode(&document.AWS); err != nil {
		t.Fatalf("_aws: %v", err)
	}
	if document.AWS.Timestamp <= 0 || len(document.AWS.CloudWatchMetrics) == 0 {
		t.Errorf("_aws is %s", strict["_aws"])
	}
	seen := map[string]bool{}
	for _, d := range document.AWS.CloudWatchMetrics {
		if d.Namespace == "" || len(d.Namespace) > 1024 || strings.HasPrefix(d.Namespace, "AWS/") {
			t.Errorf("namespace is %q", d.Namespace)
		}
		if len(d.Dimensions) == 0 || len(d.Metrics) == 0 || len(d.Metrics) > 100 {
			t.Errorf("%d dimension sets, %d metrics", len(d.Dimensions), len(d.Metrics))
		}
		for _, set := range d.Dimensions {
			if len(set) > 30 || !slices.Contains(set, "Environment") {
				t.Errorf("dimension set is %v", set)
			}
			for _, name := range set {
				if value, ok := root[name].(string); !ok || value == "" || len(value) > 1024 {
					t.Errorf("dimension %s is %v", name, root[name])
				}
			}
		}
		for _, m := range d.Metrics {
			if seen[m.Name] {
				t.Errorf("%s is measured twice", m.Name)
			}
			seen[m.Name] = true
			if !slices.Contains(cloudWatchUnits, m.Unit) || m.StorageResolution != nil {
				t.Errorf("%s has unit %q, resolution %v", m.Name, m.Unit, m.StorageResolution)
			}
			list, ok := root[m.Name].([]any)
			if !ok {
				list = []any{root[m.Name]}
			}
			for _, value := range list {
				if _, ok := value.(float64); !ok || len(list) > 100 {
					t.Errorf("%s is %v", m.Name, root[m.Name])
				}
			}
		}
	}
}
