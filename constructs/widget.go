package constructs

// WidgetKind is how a widget shows its series.
type WidgetKind string

// The kinds of widgets.
const (
	GraphWidget  WidgetKind = "timeSeries"
	NumberWidget WidgetKind = "singleValue"
	AlarmsWidget WidgetKind = "alarm"
	TextWidget   WidgetKind = "text"
)

// Widget is one tile of a dashboard.
type Widget struct {
	Kind          WidgetKind // GraphWidget unless given
	Title         string
	Width, Height int // in the grid's units: 24 across; 6 high unless given
	Series        []Series
	Lines         []Line    // thresholds of a graph
	Unit          string    // what the left axis counts
	Stacked       bool      // series on top of each other
	AlarmARNs     []*string // of an AlarmsWidget
	Markdown      string    // of a TextWidget
}

// Series is one line of a graph: a metric, or an expression over others.
type Series struct {
	Metric     Metric // its id lets expressions name it
	Expression string // in place of a metric
	Label      string
	Hidden     bool // only there for expressions to name
	Right      bool // drawn against the right axis
}

// Line is a horizontal line at a value, such as an alarm's threshold.
type Line struct {
	Label string
	Value float64
}

// widgetProperties are in the form that CloudWatch takes ("Dashboard body
// structure and syntax").
type widgetProperties struct {
	Title       string       `json:"title,omitempty"`
	View        string       `json:"view,omitempty"`
	Region      string       `json:"region,omitempty"`
	Period      int          `json:"period,omitempty"`
	Stacked     bool         `json:"stacked,omitempty"`
	Sparkline   bool         `json:"sparkline,omitempty"`
	Metrics     [][]any      `json:"metrics,omitempty"`
	Axes        *axes        `json:"yAxis,omitempty"`
	Annotations *annotations `json:"annotations,omitempty"`
	Alarms      []string     `json:"alarms,omitempty"`
	Markdown    string       `json:"markdown,omitempty"`
}

type axes struct {
	Left axis `json:"left"`
}

type axis struct {
	Min       float64 `json:"min"`
	Label     string  `json:"label,omitempty"`
	ShowUnits bool    `json:"showUnits"`
}

type annotations struct {
	Horizontal []annotation `json:"horizontal"`
}

type annotation struct {
	Label string  `json:"label"`
	Value float64 `json:"value"`
}

// seriesOptions stand at the end of a metric's array.
type seriesOptions struct {
	Expression string `json:"expression,omitempty"`
	ID         string `json:"id,omitempty"`
	Label      string `json:"label,omitempty"`
	Stat       string `json:"stat,omitempty"`
	Period     int    `json:"period,omitempty"`
	Visible    *bool  `json:"visible,omitempty"`
	Axis       string `json:"yAxis,omitempty"`
}

// body is the widget's type and properties.
func (w Widget) body(region string, period int) (string, widgetProperties) {
	p := widgetProperties{Title: w.Title}
	switch w.Kind {
	case TextWidget:
		return "text", widgetProperties{Markdown: w.Markdown}
	case AlarmsWidget:
		for _, arn := range w.AlarmARNs {
			p.Alarms = append(p.Alarms, *arn)
		}
		return "alarm", p
	}
	p.View, p.Region, p.Period, p.Stacked = string(w.kind()), region, period, w.Stacked
	p.Sparkline = w.Kind == NumberWidget
	for _, s := range w.Series {
		p.Metrics = append(p.Metrics, s.row(period))
	}
	if w.Kind != NumberWidget {
		p.Axes = &axes{axis{Label: w.Unit, ShowUnits: w.Unit == ""}}
	}
	if len(w.Lines) > 0 {
		p.Annotations = &annotations{}
		for _, l := range w.Lines {
			p.Annotations.Horizontal = append(p.Annotations.Horizontal, annotation(l))
		}
	}
	return "metric", p
}

func (w Widget) kind() WidgetKind {
	if w.Kind == "" {
		return GraphWidget
	}
	return w.Kind
}

// row is the series as an array: namespace, name, dimensions, options.
func (s Series) row(period int) []any {
	o := seriesOptions{ID: s.Metric.ID, Label: s.Label}
	if s.Hidden {
		o.Visible = new(bool)
	}
	if s.Right {
		o.Axis = "right"
	}
	if s.Expression != "" {
		o.Expression, o.Period = s.Expression, period
		return []any{o}
	}
	o.Stat = s.Metric.Stat
	row := []any{s.Metric.Namespace, s.Metric.Name}
	for _, name := range sortedNames(s.Metric.Dimensions) {
		row = append(row, name, s.Metric.Dimensions[name])
	}
	return append(row, o)
}
