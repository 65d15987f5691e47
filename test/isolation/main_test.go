package isolation

import (
	"fmt"
	"os"
	"testing"

	"github.com/flowops/flowops/test/synth"
)

func TestMain(m *testing.M) {
	code := synth.Main(m)
	simulator.tool.Stop()
	fmt.Printf("IAM decisions evaluated: %d\n", simulator.decisions)
	os.Exit(code)
}
