package e2e

import (
	"os"
	"testing"

	"github.com/flowops/flowops/test/synth"
)

func TestMain(m *testing.M) { os.Exit(synth.Main(m)) }
