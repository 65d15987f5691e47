package local

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
)

func (p parser) s3() (string, []Action) {
	path, query := strings.TrimPrefix(p.request.URL.Path, "/"), p.request.URL.Query()
	bucket, key, _ := strings.Cut(path, "/")
	if host, ok := strings.CutSuffix(p.request.Host, ".s3."+p.region+".amazonaws.com"); ok {
		bucket, key = host, path
	}
	resource := "arn:aws:s3:::" + bucket
	if key == "" && query.Has("delete") {
		return "DeleteObjects", deletions(p.body, resource)
	}
	if key == "" {
		operation := "ListObjectsV2"
		name := "s3:ListBucket"
		if query.Has("versions") {
			operation, name = "ListObjectVersions", "s3:ListBucketVersions"
		}
		return operation, []Action{{Name: name, Resource: resource, Condition: map[string][]string{"s3:prefix": {query.Get("prefix")}}}}
	}
	resource += "/" + key
	if source := p.request.Header.Get("X-Amz-Copy-Source"); source != "" {
		return "CopyObject", []Action{copied(source), {Name: "s3:PutObject", Resource: resource}}
	}
	version := query.Get("versionId") != ""
	suffix := ""
	if version {
		suffix = "Version"
	}
	operation := map[string]string{http.MethodGet: "GetObject", http.MethodHead: "HeadObject", http.MethodPut: "PutObject", http.MethodDelete: "DeleteObject"}[p.request.Method]
	name := map[string]string{"GetObject": "s3:GetObject", "HeadObject": "s3:GetObject", "PutObject": "s3:PutObject", "DeleteObject": "s3:DeleteObject"}[operation]
	if operation == "PutObject" {
		suffix = ""
	}
	actions := []Action{{Name: name + suffix, Resource: resource}}
	if operation == "PutObject" && p.request.Header.Get("X-Amz-Tagging") != "" {
		actions = append(actions, Action{Name: "s3:PutObjectTagging", Resource: resource})
	}
	return operation, actions
}

// copied is the reading of what a copy is of: <bucket>/<key>?versionId=<id>.
func copied(source string) Action {
	path, _, version := strings.Cut(strings.TrimPrefix(source, "/"), "?versionId=")
	name := "s3:GetObject"
	if version {
		name += "Version"
	}
	key, err := url.PathUnescape(path)
	if err != nil {
		key = path
	}
	return Action{Name: name, Resource: "arn:aws:s3:::" + key}
}

// deletions are what IAM checks of a deletion of many: one an object.
func deletions(body []byte, bucket string) []Action {
	var in struct {
		Object []struct{ Key, VersionId string } //nolint:revive // as S3 names it
	}
	_ = xml.Unmarshal(body, &in)
	var actions []Action
	for _, o := range in.Object {
		name := "s3:DeleteObject"
		if o.VersionId != "" {
			name += "Version"
		}
		actions = append(actions, Action{Name: name, Resource: bucket + "/" + o.Key})
	}
	return actions
}
