package synthesis

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Summary writes the table that a synth ends with.
func (r Result) Summary(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "STACK\tRESOURCES\tOUTPUTS\tFINDINGS\tJSON")
	resources, outputs, findings := 0, 0, 0
	for _, s := range r.Stacks {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\n", s.Name, s.Resources, s.Outputs, s.Findings, s.Path)
		resources, outputs, findings = resources+s.Resources, outputs+s.Outputs, findings+s.Findings
	}
	fmt.Fprintf(t, "%d stacks\t%d\t%d\t%d\t%s\n", len(r.Stacks), resources, outputs, findings, r.Duration.Round(10*time.Millisecond))
	_ = t.Flush()
}
