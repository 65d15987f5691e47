// Package kernel keeps the Node process behind CDKTF quiet.
package kernel

import (
	"os"

	"github.com/aws/jsii-runtime-go"
)

// Quiet stops the kernel's banners about the age of Node.js, which say nothing
// about the platform. Call it before the first construct is made.
func Quiet() {
	for _, v := range []string{
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION",
		"JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION",
		"JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION",
	} {
		if _, set := os.LookupEnv(v); !set {
			_ = os.Setenv(v, "1")
		}
	}
}

// Close ends the Node process and removes what it left in the temporary
// directory. It is the last thing that a program does: the binding's own
// remarks about the end of the process, which name no fault of the platform's,
// go to standard error, and so that is closed to them first.
func Close() {
	if silent, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = silent
	}
	jsii.Close()
}
