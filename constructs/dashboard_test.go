package constructs

import (
	"encoding/json"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

func TestDashboardBody(t *testing.T) {
	m := Metric{Namespace: "N", Name: "M", Stat: "p99", Dimensions: map[string]string{"B": "2", "A": "1"}}
	body := DashboardBody(DashboardProps{Region: "eu-west-1", PeriodSec: 300, Rows: [][]Widget{
		{{Kind: TextWidget, Width: 24, Height: 2, Markdown: "# hello"}},
		{
			{Kind: NumberWidget, Title: "number", Width: 4, Height: 9, Series: []Series{{Metric: m}}},
			{Title: "graph", Width: 12, Unit: "ms", Stacked: true, Lines: []Line{{"alarm", 7}}, Series: []Series{
				{Metric: m.As("m"), Label: "hidden", Hidden: true}, {Metric: Metric{ID: "e"}, Expression: "m * 2", Label: "twice", Right: true},
			}},
		},
		{{Kind: AlarmsWidget, Title: "alarms", Width: 24, AlarmARNs: []*string{jsii.String("arn")}}},
	}})
	var got any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"periodOverride": "inherit", "widgets": []any{
		map[string]any{"type": "text", "x": 0.0, "y": 0.0, "width": 24.0, "height": 2.0, "properties": map[string]any{"markdown": "# hello"}},
		map[string]any{"type": "metric", "x": 0.0, "y": 2.0, "width": 4.0, "height": 9.0, "properties": map[string]any{
			"title": "number", "view": "singleValue", "region": "eu-west-1", "period": 300.0, "sparkline": true,
			"metrics": []any{[]any{"N", "M", "A", "1", "B", "2", map[string]any{"stat": "p99"}}},
		}},
		map[string]any{"type": "metric", "x": 4.0, "y": 2.0, "width": 12.0, "height": 6.0, "properties": map[string]any{
			"title": "graph", "view": "timeSeries", "region": "eu-west-1", "period": 300.0, "stacked": true,
			"yAxis":       map[string]any{"left": map[string]any{"min": 0.0, "label": "ms", "showUnits": false}},
			"annotations": map[string]any{"horizontal": []any{map[string]any{"label": "alarm", "value": 7.0}}},
			"metrics": []any{
				[]any{"N", "M", "A", "1", "B", "2", map[string]any{"id": "m", "label": "hidden", "stat": "p99", "visible": false}},
				[]any{map[string]any{"expression": "m * 2", "id": "e", "label": "twice", "period": 300.0, "yAxis": "right"}},
			},
		}},
		// Below the highest widget of the row above.
		map[string]any{"type": "alarm", "x": 0.0, "y": 11.0, "width": 24.0, "height": 6.0, "properties": map[string]any{"title": "alarms", "alarms": []any{"arn"}}},
	}}
	if d := cmp.Diff(any(want), got); d != "" {
		t.Errorf("body (-want +got):\n%s", d)
	}
}

func TestDashboardMisuse(t *testing.T) {
	tests := map[string]struct {
		props DashboardProps
		says  string
	}{
		"no name":      {DashboardProps{PeriodSec: 60}, "name"},
		"no period":    {DashboardProps{Name: "d"}, "period"},
		"no width":     {DashboardProps{Name: "d", PeriodSec: 60, Rows: [][]Widget{{{Title: "w"}}}}, `"w"`},
		"too wide row": {DashboardProps{Name: "d", PeriodSec: 60, Rows: [][]Widget{{{Width: 12}, {Width: 13}}}}, "row 1 is 25 wide"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			expectMisuse(t, tt.says, func(stack cdktf.TerraformStack) { NewDashboard(stack, "dashboard", tt.props) })
		})
	}
}
