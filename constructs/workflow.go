package constructs

import "encoding/json"

// Workflow is a state machine, or the processor of a Map state, in the Amazon
// States Language with JSONPath.
type Workflow struct {
	Comment        string `json:",omitempty"`
	StartAt        string
	TimeoutSeconds int `json:",omitempty"` // of a whole execution
	States         map[string]WorkflowState
	// ProcessorConfig is how a Map state runs this workflow for its items; nil
	// for a state machine.
	ProcessorConfig *ProcessorConfig `json:",omitempty"`
}

// ProcessorConfig is how a Map state runs its processor.
type ProcessorConfig struct {
	Mode          string // INLINE or DISTRIBUTED
	ExecutionType string `json:",omitempty"` // STANDARD or EXPRESS, of a distributed map
}

// WorkflowState is one state. Which of the fields it has depends on its Type.
type WorkflowState struct {
	Type           string
	Comment        string       `json:",omitempty"`
	Resource       string       `json:",omitempty"` // of a Task
	Parameters     any          `json:",omitempty"`
	ResultSelector any          `json:",omitempty"`
	Result         any          `json:",omitempty"` // of a Pass
	ResultPath     any          `json:",omitempty"` // a path, or Discard
	OutputPath     any          `json:",omitempty"` // a path, or Discard
	TimeoutSeconds int          `json:",omitempty"` // of a Task
	Retry          []Retrier    `json:",omitempty"`
	Catch          []Catcher    `json:",omitempty"`
	Choices        []ChoiceRule `json:",omitempty"` // of a Choice
	Default        string       `json:",omitempty"` // of a Choice
	ErrorPath      string       `json:",omitempty"` // of a Fail
	CausePath      string       `json:",omitempty"` // of a Fail
	Seconds        int          `json:",omitempty"` // of a Wait
	WorkflowMap
	Next string `json:",omitempty"`
	End  bool   `json:",omitempty"`
}

// WorkflowMap is the fields of a Map state.
type WorkflowMap struct {
	Label                      string    `json:",omitempty"` // in the names of a distributed map's child executions
	ItemsPath                  string    `json:",omitempty"`
	ItemSelector               any       `json:",omitempty"`
	ItemProcessor              *Workflow `json:",omitempty"`
	MaxConcurrency             int       `json:",omitempty"`
	ToleratedFailurePercentage *int      `json:",omitempty"`
}

// Discard is the ResultPath or OutputPath of a state whose result nobody needs.
var Discard = json.RawMessage("null")

// Retrier is when and how often a state is tried again.
type Retrier struct {
	ErrorEquals     []string
	IntervalSeconds int     // before the first repetition
	MaxAttempts     int     // repetitions
	BackoffRate     float64 // by which the interval grows
	MaxDelaySeconds int     // to which it grows
	JitterStrategy  string  // FULL spreads the repetitions over the interval
}

// Catcher is where a failed state leads.
type Catcher struct {
	ErrorEquals []string
	ResultPath  string // where the error stands: {"Error", "Cause"}
	Next        string
}

// ChoiceRule is a test and, for the outermost one, where it leads.
type ChoiceRule struct {
	Variable      string       `json:",omitempty"`
	StringEquals  string       `json:",omitempty"`
	BooleanEquals *bool        `json:",omitempty"`
	IsPresent     *bool        `json:",omitempty"`
	And           []ChoiceRule `json:",omitempty"`
	Next          string       `json:",omitempty"`
}
