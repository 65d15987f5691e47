package envs

import "sort"

// Model is a Bedrock model of the catalogue.
type Model struct {
	Name    string
	ID      string // foundation model id
	Profile string // inference profile id; empty where the model is called by its own id
	// Global is whether the profile may route to every commercial region.
	Global     bool
	Dimensions []int // lengths of a vector that an embedding model offers; none for a generation model
	Retired    bool  // past its end of life on Bedrock
}

// InvokeID is what a caller names: the profile where there is one.
func (m Model) InvokeID() string {
	if m.Profile != "" {
		return m.Profile
	}
	return m.ID
}

// Catalogue is the models that an environment may list, by name. Ids, vector
// lengths and end of life are those of the Amazon Bedrock user guide ("Supported
// foundation models", "Titan Text Embeddings models", "Model lifecycle").
func Catalogue() map[string]Model {
	models := map[string]Model{}
	for _, m := range []Model{
		{Name: "claude-sonnet-4-6", ID: "anthropic.claude-sonnet-4-6", Profile: "global.anthropic.claude-sonnet-4-6", Global: true},
		{Name: "claude-3-sonnet", ID: "anthropic.claude-3-sonnet-20240229-v1:0", Retired: true},
		{Name: "titan-embed-text-v2", ID: "amazon.titan-embed-text-v2:0", Dimensions: []int{1024, 512, 256}},
	} {
		models[m.Name] = m
	}
	return models
}

// CatalogueNames is the names of the catalogue, sorted.
func CatalogueNames() []string {
	var names []string
	for n := range Catalogue() {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// GenerationModel is the catalogue entry that answers.
func (c Config) GenerationModel() Model { return Catalogue()[c.AI.GenerationModel] }

// EmbeddingModel is the catalogue entry that embeds.
func (c Config) EmbeddingModel() Model { return Catalogue()[c.AI.EmbeddingModel] }

// Warnings is what is allowed but should be seen.
func (c Config) Warnings() []string {
	var w []string
	for _, name := range c.AI.Models {
		if m := Catalogue()[name]; m.Retired {
			w = append(w, "AI.Models: "+name+" ("+m.ID+") has passed its end of life on Bedrock: calls to it fail")
		}
	}
	return w
}
