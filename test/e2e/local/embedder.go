package local

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"net/http"
	"strings"
	"unicode"
)

// embed answers as an embedding model of the Titan family does (Amazon Bedrock
// User Guide, "Amazon Titan Text Embeddings"): with a vector of the asked length,
// of length one, in which texts that share words are near each other.
func embed(w http.ResponseWriter, r *http.Request) {
	var in struct {
		InputText  string `json:"inputText"`
		Dimensions int    `json:"dimensions"`
		Normalize  bool   `json:"normalize"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.InputText == "" || in.Dimensions == 0 {
		fail(w, &Fault{Status: http.StatusBadRequest, Code: "ValidationException"})
		return
	}
	vector, words := Embed(in.InputText, in.Dimensions)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"embedding": vector, "inputTextTokenCount": words, "embeddingsByType": map[string]any{"float": vector}})
}

// Embed is the vector of a text, and the number of its words.
func Embed(text string, dimensions int) ([]float64, int) {
	vector := make([]float64, dimensions)
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, word := range words {
		h := fnv.New32a()
		_, _ = h.Write([]byte(word))
		vector[int(h.Sum32())%dimensions]++
	}
	var sum float64
	for _, v := range vector {
		sum += v * v
	}
	if sum == 0 {
		vector[0], sum = 1, 1
	}
	for i := range vector {
		vector[i] /= math.Sqrt(sum)
	}
	return vector, len(words)
}
