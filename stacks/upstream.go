package stacks

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/envs"
)

// Upstream is where a stack gets the outputs of an earlier one from: its remote
// state, or literal values when the stack is built alone.
type Upstream[T any] func(into cdktf.TerraformStack) T

// Literal is an upstream of known values.
func Literal[T any](outputs T) Upstream[T] {
	return func(cdktf.TerraformStack) T { return outputs }
}

// RemoteState is an upstream that reads the named stack's state in S3 through
// one data source.
func RemoteState[T any](cfg envs.Config, stack string) Upstream[T] {
	return func(into cdktf.TerraformStack) T {
		state := cdktf.NewDataTerraformRemoteStateS3(into, jsii.String(stack), &cdktf.DataTerraformRemoteStateS3Config{
			Bucket: jsii.String(cfg.StateBucket()), Key: jsii.String(cfg.StateKey(stack)), Region: jsii.String(cfg.Account.Region),
		})
		var outputs T
		walk(reflect.ValueOf(&outputs).Elem(), "", "", "", func(o output) {
			switch o.field.Interface().(type) {
			case *string:
				// What state.GetString stands for, without a call across the process
				// border for each output that may never be used.
				o.field.Set(reflect.ValueOf(jsii.String("${data.terraform_remote_state." + stack + ".outputs." + o.name + "}")))
			case *[]*string:
				o.field.Set(reflect.ValueOf(state.GetList(jsii.String(o.name))))
			}
		})
		return outputs
	}
}

// export writes one Terraform output for each field that is set.
func export[T any](stack cdktf.TerraformStack, outputs T) T {
	walk(reflect.ValueOf(&outputs).Elem(), "", "", "", func(o output) {
		if !o.field.IsNil() {
			cdktf.NewTerraformOutput(stack, jsii.String(o.name), &cdktf.TerraformOutputConfig{
				Value: o.field.Interface(), Description: jsii.String(o.doc),
			})
		}
	})
	return outputs
}

// OutputDoc describes one output of a stack.
type OutputDoc struct {
	Name string
	Doc  string
	For  string // who reads it, where no later stack does
}

// OutputDocs describes the outputs of an outputs struct, in its order.
func OutputDocs(outputs any) []OutputDoc {
	v := reflect.New(reflect.TypeOf(outputs)).Elem()
	var docs []OutputDoc
	walk(v, "", "", "", func(o output) { docs = append(docs, OutputDoc{o.name, o.doc, o.audience}) })
	return docs
}

// output is a leaf of an outputs struct.
type output struct {
	field               reflect.Value
	name, doc, audience string
}

func walk(v reflect.Value, name, doc, audience string, visit func(output)) {
	if v.Kind() != reflect.Struct {
		visit(output{v, name, doc, audience})
		return
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		fieldDoc, fieldFor := f.Tag.Get("doc"), f.Tag.Get("for")
		if doc != "" && !f.Anonymous {
			fieldDoc = doc + ": " + fieldDoc
		}
		if fieldFor == "" {
			fieldFor = audience
		}
		if f.Anonymous { // embedded: its fields are the struct's own
			walk(v.Field(i), name, doc, audience, visit)
			continue
		}
		walk(v.Field(i), strings.TrimPrefix(name+"_"+snake(f.Name), "_"), fieldDoc, fieldFor, visit)
	}
}

// snake turns a Go field name into a Terraform output's: KMSKeyARN into
// kms_key_arn.
func snake(name string) string {
	var b strings.Builder
	upper := func(i int) bool { return i >= 0 && i < len(name) && name[i] >= 'A' && name[i] <= 'Z' }
	for i := range len(name) {
		if upper(i) && i > 0 && (!upper(i-1) || (i+1 < len(name) && !upper(i+1) && name[i+1] != 's')) {
			b.WriteByte('_')
		}
		b.WriteByte(name[i])
	}
	return strings.ToLower(b.String())
}

// Sample fills every output of T with a literal of the right form, for building
// a stack alone.
func Sample[T any](cfg envs.Config) T {
	var outputs T
	walk(reflect.ValueOf(&outputs).Elem(), "", "", "", func(o output) {
		value := cfg.Name(strings.ReplaceAll(o.name, "_", "-"))
		if strings.HasSuffix(o.name, "_arn") {
			value = cfg.ARN("sample", value)
		}
		switch o.field.Interface().(type) {
		case *string:
			o.field.Set(reflect.ValueOf(jsii.String(value)))
		case *[]*string:
			o.field.Set(reflect.ValueOf(jsii.Strings(value+"-a", value+"-b")))
		default:
			panic(fmt.Sprintf("output %s is a %s", o.name, o.field.Type()))
		}
	})
	return outputs
}
