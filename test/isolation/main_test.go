package isolation

import (
	"os"
	"testing"

	"github.com/flowops/flowops/test/figures"
	"github.com/flowops/flowops/test/synth"
)

func TestMain(m *testing.M) {
	code := synth.Main(m)
	simulator.tool.Stop()
	figures.Print(figures.Decisions, simulator.decisions)
	os.Exit(code)
}
