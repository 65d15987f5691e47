package constructs

import (
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchdashboard"
)

// DashboardProps is a dashboard: rows of widgets from top to bottom, each from
// left to right.
type DashboardProps struct {
	Name      string
	Region    string
	PeriodSec int // of every series
	Rows      [][]Widget
}

// The grid of a dashboard, and how high a widget is unless it says so.
const (
	gridWidth    = 24
	widgetHeight = 6
)

// NewDashboard makes a dashboard.
func NewDashboard(scope constructs.Construct, id string, props DashboardProps) cloudwatchdashboard.CloudwatchDashboard {
	require(props.Name != "", scope, id, "a dashboard needs a name")
	require(props.PeriodSec > 0, scope, id, "a dashboard needs a period")
	for i, row := range props.Rows {
		width := 0
		for _, w := range row {
			require(w.Width > 0, scope, id, "the widget %q of row %d has no width", w.Title, i+1)
			width += w.Width
		}
		require(width <= gridWidth, scope, id, "row %d is %d wide; the grid has %d columns", i+1, width, gridWidth)
	}
	return cloudwatchdashboard.NewCloudwatchDashboard(scope, jsii.String(id), &cloudwatchdashboard.CloudwatchDashboardConfig{
		DashboardName: jsii.String(props.Name), DashboardBody: jsii.String(DashboardBody(props)),
	})
}

type placed struct {
	Type       string           `json:"type"`
	X          int              `json:"x"`
	Y          int              `json:"y"`
	Width      int              `json:"width"`
	Height     int              `json:"height"`
	Properties widgetProperties `json:"properties"`
}

// DashboardBody is the dashboard as JSON. A row is as high as its highest
// widget, so that none overlap.
func DashboardBody(props DashboardProps) string {
	widgets := []placed{}
	y := 0
	for _, row := range props.Rows {
		x, height := 0, 0
		for _, w := range row {
			p := placed{X: x, Y: y, Width: w.Width, Height: w.Height}
			if p.Height == 0 {
				p.Height = widgetHeight
			}
			p.Type, p.Properties = w.body(props.Region, props.PeriodSec)
			widgets = append(widgets, p)
			x, height = x+p.Width, max(height, p.Height)
		}
		y += height
	}
	// "inherit" keeps each widget's period, whatever span of time is looked at.
	return JSON(map[string]any{"periodOverride": "inherit", "widgets": widgets})
}

func sortedNames(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
