package figures

import "testing"

func TestWhatIsReportedIsRead(t *testing.T) {
	for text, want := range map[string]int{
		line(Mutants, 12) + "\n":                          12,
		"    prove_test.go:7: " + line(Mutants, 3) + "\n": 3,
		"figure: x mutants\n":                             -1,
		"the figure: 3 mutants of it\n":                   -1,
		"a figure: 3 mutants\n":                           -1,
	} {
		f, n, ok := Parse(text)
		if ok != (want >= 0) || ok && (f != Mutants || n != want) {
			t.Errorf("%q: %q %d %t", text, f, n, ok)
		}
	}
}
