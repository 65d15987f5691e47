package configs

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/flowops/flowops/envs"
)

// Go is the configuration as a Go expression that can be pasted into a test.
func Go(c envs.Config) string {
	var b strings.Builder
	b.WriteString("envs.Config{\n")
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		fmt.Fprintf(&b, "\t%s: %#v,\n", v.Type().Field(i).Name, v.Field(i).Interface())
	}
	b.WriteString("}")
	return b.String()
}
