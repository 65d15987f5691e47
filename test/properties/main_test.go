package properties

import (
	"flag"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/flowops/flowops/test/synth"
)

// All properties draw from one seed, so that they see the same configurations
// and share what is synthesized. It is another one in each run unless
// -rapid.seed gives it; a failure prints it.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("rapid.seed").Value.String() == "0" {
		set("rapid.seed", strconv.FormatUint(rand.Uint64N(1<<53)+1, 10))
	}
	set("rapid.nofailfile", "true") // the seed and the printed configuration are enough
	set("rapid.shrinktime", "10s")
	code := synth.Main(m)
	validator.Stop()
	os.Exit(code)
}

func set(name, value string) {
	if err := flag.Set(name, value); err != nil {
		panic(err)
	}
}
