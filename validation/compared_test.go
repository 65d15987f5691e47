package validation

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// snapshots are the synthesized documents of every environment.
func snapshots(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../test/snapshots/*/*.tf.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no snapshots: %v", err)
	}
	return files
}

// platformTypes are the resource types that the platform makes: those of the
// snapshots, with data sources as "data.<type>", and those whose binding the
// constructs and stacks import, some of which only other configurations make.
func platformTypes(t *testing.T) map[string]bool {
	t.Helper()
	types := map[string]bool{ProviderType: true}
	for _, file := range snapshots(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d struct{ Resource, Data map[string]any }
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for typ := range d.Resource {
			types[typ] = true
		}
		for typ := range d.Data {
			types["data."+typ] = true
		}
	}
	imported := importedBindings(t)
	for _, check := range externalChecks() {
		for _, typ := range check.types {
			name, isResource := strings.CutPrefix(typ, "aws_")
			if data, isData := strings.CutPrefix(typ, "data.aws_"); isData {
				name, isResource = "data_aws_"+data, true
			}
			if isResource && imported[strings.ReplaceAll(name, "_", "")] {
				types[typ] = true
			}
		}
	}
	return types
}

// importedBindings are the packages of the AWS binding that are imported: that
// of aws_s3_bucket is "s3bucket", that of the data source aws_ami "dataawsami".
func importedBindings(t *testing.T) map[string]bool {
	t.Helper()
	bindings := map[string]bool{}
	for _, pattern := range []string{"../constructs/*.go", "../stacks/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range source.Imports {
				path, _ := strconv.Unquote(i.Path.Value)
				if _, name, ours := strings.Cut(path, "cdktf-provider-aws-go/aws/v19/"); ours {
					bindings[name] = true
				}
			}
		}
	}
	return bindings
}

// applicable are the checks that judge one of the types.
func applicable(types map[string]bool) []external {
	return slices.DeleteFunc(slices.Clone(externalChecks()), func(c external) bool {
		return !slices.ContainsFunc(c.types, func(typ string) bool { return types[typ] })
	})
}

// TestEveryCheckThatAppliesIsAnswered fails for a new resource type that the
// other tools have checks for, until compared.csv answers them.
func TestEveryCheckThatAppliesIsAnswered(t *testing.T) {
	types := platformTypes(t)
	if len(types) < 90 || !types["aws_route53_record"] {
		t.Fatalf("%d types, of which one that no environment makes: %v", len(types), types["aws_route53_record"])
	}
	var want, got []string
	for _, c := range applicable(types) {
		want = append(want, c.tool+" "+c.id)
	}
	for _, c := range comparison() {
		got = append(got, c.tool+" "+c.id)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checks that apply (-want +answered):\n%s", diff)
	}
	// The test can fail: a database is in the lists, and in no answer.
	types["aws_db_instance"] = true
	if len(applicable(types)) < len(want)+10 {
		t.Error("a new type with checks goes unnoticed")
	}
}

func words(text string) []string {
	all := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
	slices.Sort(all)
	return slices.Compact(all)
}

func TestAnswers(t *testing.T) {
	const (
		leastWords = 12 // different ones
		mostUses   = 3  // of a reason: the tools ask some things twice
	)
	uses := map[string]int{}
	mentioned := regexp.MustCompile(`FO-[A-Z0-9]+-\d{3}`)
	for _, c := range comparison() {
		if len(words(c.asks)) < 3 {
			t.Errorf("%s: says not what it asks: %q", c.id, c.asks)
		}
		if (len(c.rules) > 0) == (c.reason != "") {
			t.Errorf("%s: has rules %v and the reason %q, want one of both", c.id, c.rules, c.reason)
		}
		for _, id := range append(mentioned.FindAllString(c.reason, -1), c.rules...) {
			ruleByID(t, id)
		}
		if c.reason == "" {
			continue
		}
		uses[c.reason]++
		if n := len(words(c.reason)); n < leastWords || strings.Contains(strings.ToLower(c.reason), strings.ToLower(c.asks)) {
			t.Errorf("%s: the reason has %d different words, want %d or more beside the check's own", c.id, n, leastWords)
		}
	}
	for reason, n := range uses {
		if n > mostUses {
			t.Errorf("%d checks share the reason %q", n, reason)
		}
	}
}

// TestARuleJudgesWhatTheCheckDoes: rules can only ask the same if one of them
// looks at the same service. What a tool judges in a bucket, we may judge in a
// resource that configures it.
func TestARuleJudgesWhatTheCheckDoes(t *testing.T) {
	service := func(typ string) string {
		name := strings.TrimPrefix(typ, "aws_")
		for _, s := range []string{"api_gateway", "apigateway", "cloudwatch_event", "cloudwatch_log", "cloudwatch", "security_group", "vpc_security_group", "default_security_group"} {
			if strings.HasPrefix(name, s) {
				return strings.NewReplacer("api_gateway", "apigateway", "vpc_security", "security", "default_security", "security").Replace(s)
			}
		}
		first, _, _ := strings.Cut(name, "_")
		return first
	}
	types := map[string][]string{}
	for _, c := range externalChecks() {
		types[c.id] = c.types
	}
	for _, c := range comparison() {
		services := map[string]bool{}
		for _, typ := range types[c.id] {
			services[service(typ)] = true
		}
		if len(c.rules) > 0 && !slices.ContainsFunc(c.rules, func(id string) bool {
			return slices.ContainsFunc(ruleByID(t, id).Types, func(typ string) bool { return services[service(typ)] })
		}) {
			t.Errorf("%s judges %v, which none of %v does", c.id, slices.Sorted(maps.Keys(services)), c.rules)
		}
	}
}

func TestTheListsAreWhole(t *testing.T) {
	count := map[string]int{}
	seen := map[string]bool{}
	form := map[string]*regexp.Regexp{"checkov": regexp.MustCompile(`^CKV2?_AWS_\d+$`), "cdk-nag": regexp.MustCompile(`^[A-Z][A-Za-z0-9]+$`)}
	typ := regexp.MustCompile(`^((data\.)?aws_[a-z0-9_]+|provider\.aws)$`)
	for _, c := range externalChecks() {
		count[c.tool]++
		if form[c.tool] == nil || !form[c.tool].MatchString(c.id) || seen[c.id] {
			t.Errorf("%s %s is malformed or there twice", c.tool, c.id)
		}
		seen[c.id] = true
		for _, one := range c.types {
			if !typ.MatchString(one) {
				t.Errorf("%s: %q is no resource type", c.id, one)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"checkov": 456, "cdk-nag": 215}, count); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
}
