package envs

import (
	"encoding/json"
	"fmt"
	"os"
)

// Default is the environment when none is named.
const Default = "dev"

// ContextKey names the environment in CDKTF's context.
const ContextKey = "environment"

// Choose returns the name of the environment: of FLOWOPS_ENV, or of CDKTF's
// context under ContextKey, which the CLI passes on in CDKTF_CONTEXT_JSON and
// which without the CLI is read from the project file (cdktf.json; a missing
// one is no context). Where both name one they must agree, so that nobody
// deploys another environment than the one on their screen.
func Choose(lookup func(string) (string, bool), projectFile string) (string, error) {
	context, err := contextEnvironment(lookup, projectFile)
	if err != nil {
		return "", err
	}
	variable, _ := lookup("FLOWOPS_ENV")
	switch {
	case variable != "" && context != "" && variable != context:
		return "", fmt.Errorf("FLOWOPS_ENV names %q and the CDKTF context %q: unset one, or make them agree", variable, context)
	case variable != "":
		return variable, nil
	case context != "":
		return context, nil
	}
	return Default, nil
}

func contextEnvironment(lookup func(string) (string, bool), projectFile string) (string, error) {
	var context map[string]any
	source := "CDKTF_CONTEXT_JSON"
	if text, ok := lookup(source); ok && text != "" {
		if err := json.Unmarshal([]byte(text), &context); err != nil {
			return "", fmt.Errorf("read CDKTF_CONTEXT_JSON: %w", err)
		}
	} else {
		source = projectFile
		raw, err := os.ReadFile(projectFile)
		if os.IsNotExist(err) {
			return "", nil
		} else if err != nil {
			return "", fmt.Errorf("read the CDKTF context: %w", err)
		}
		var project struct{ Context map[string]any }
		if err := json.Unmarshal(raw, &project); err != nil {
			return "", fmt.Errorf("read %s: %w", projectFile, err)
		}
		context = project.Context
	}
	value, ok := context[ContextKey]
	if !ok {
		return "", nil
	}
	name, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("the context %q in %s is %v, which is no name of an environment", ContextKey, source, value)
	}
	return name, nil
}
