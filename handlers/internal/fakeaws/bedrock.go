package fakeaws

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/smithy-go"
)

// Bedrock is a Titan embedding model. A text's vector depends on nothing but the
// text.
type Bedrock struct{ C *Cloud }

// Vector is what Bedrock makes of a text.
func Vector(text string, dimensions int) []float32 {
	sum := sha256.Sum256([]byte(text))
	vector, length := make([]float32, dimensions), 0.0
	for i := range vector {
		vector[i] = float32(int(sum[i%len(sum)])-128) + 0.5
		length += float64(vector[i]) * float64(vector[i])
	}
	for i := range vector {
		vector[i] /= float32(math.Sqrt(length))
	}
	return vector
}

// InvokeModel embeds a text.
func (b Bedrock) InvokeModel(_ context.Context, in *bedrockruntime.InvokeModelInput, _ ...func(*bedrockruntime.Options)) (*bedrockruntime.InvokeModelOutput, error) {
	b.C.mu.Lock()
	defer b.C.mu.Unlock()
	after, err := b.C.begin("InvokeModel")
	if err != nil {
		return nil, err
	}
	var body struct {
		InputText  string `json:"inputText"`
		Dimensions int    `json:"dimensions"`
		Normalize  bool   `json:"normalize"`
	}
	if err := json.Unmarshal(in.Body, &body); err != nil || body.InputText == "" || len(body.InputText) > 50_000 || !body.Normalize || aws.ToString(in.ContentType) != "application/json" {
		return nil, &smithy.GenericAPIError{Code: "ValidationException", Message: fmt.Sprintf("Malformed input request: %q", body.InputText), Fault: smithy.FaultClient}
	}
	answer, err := json.Marshal(map[string]any{"embedding": Vector(body.InputText, body.Dimensions), "inputTextTokenCount": len(body.InputText) / 5})
	if err != nil {
		return nil, err
	}
	if after != nil {
		return nil, after
	}
	return &bedrockruntime.InvokeModelOutput{Body: answer, ContentType: aws.String("application/json")}, nil
}
