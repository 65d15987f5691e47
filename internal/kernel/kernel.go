// Package kernel keeps the Node process behind CDKTF quiet.
package kernel

import "os"

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
