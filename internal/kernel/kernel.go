// Package kernel starts the Node process behind CDKTF fast, keeps it quiet and
// ends it.
package kernel

import (
	"os"
	"sync"

	"github.com/aws/jsii-runtime-go"

	"github.com/flowops/flowops/internal/fastload"
)

// Open prepares the process; it starts with the first construct. A program
// calls it once, at its beginning.
func Open() { fastload.Prepare(os.Stderr) }

// Quiet keeps what the kernel writes to standard error from people: banners
// about the age of Node.js, remarks about the end of its process. What goes
// wrong in it comes back as a panic of the call, which is not lost. Call it
// before the first construct is made, and keep the standard error that the
// program itself writes to.
//
// The kernel's own variables can't be used for this: the binding copies the
// environment when it is loaded, before main. With JSII_DEBUG set, as for
// looking into the binding, or with FLOWOPS_FASTLOAD=debug, nothing is kept
// back.
func Quiet() {
	if os.Getenv("JSII_DEBUG") == "" && !fastload.Debug() {
		silence()
	}
}

var silence = sync.OnceFunc(func() {
	if silent, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = silent
	}
})

// Close ends the Node process and removes what it left in the temporary
// directory.
func Close() { jsii.Close() }
