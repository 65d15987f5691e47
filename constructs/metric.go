package constructs

import "github.com/aws/jsii-runtime-go"

// Metric is a CloudWatch metric and how it is summed up over a period.
type Metric struct {
	ID         string // of the query, when an expression names it; lower case first
	Namespace  string
	Name       string
	Dimensions map[string]string // values may hold tokens
	Stat       string            // as in "Sum" or "p99"
	PeriodSec  int
}

// As returns the metric under an id, for an expression to name it.
func (m Metric) As(id string) Metric {
	m.ID = id
	return m
}

func dimensions(m Metric) *map[string]*string {
	if len(m.Dimensions) == 0 {
		return nil
	}
	d := map[string]*string{}
	for k, v := range m.Dimensions {
		d[k] = jsii.String(v)
	}
	return &d
}
