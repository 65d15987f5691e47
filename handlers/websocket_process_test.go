package handlers_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

// TestWebSocketProcess runs the compiled function with the SDK's own clients,
// against an endpoint that answers as STS and DynamoDB do. Messages to clients
// go to API Gateway's own hosts only, so no chat is tried here.
func TestWebSocketProcess(t *testing.T) {
	binary := compile(t, contract.WebSocket)
	ask := func(t *testing.T, file string, expiry time.Time) (*wire, events.APIGatewayProxyResponse) {
		t.Helper()
		event, err := os.ReadFile("websocket/testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		event = bytes.Replace(event, []byte("1705755308"), []byte(strconv.FormatInt(expiry.Unix(), 10)), 1)
		w := &wire{answers: map[string]string{"DynamoDB_20120810.PutItem": `{}`, "DynamoDB_20120810.DeleteItem": `{}`}}
		got := invokeWired(t, contract.WebSocket, binary, w, event)
		var response events.APIGatewayProxyResponse
		if err := json.Unmarshal(got.body, &response); err != nil || got.outcome != "response" || response.Body != "" {
			t.Fatalf("%s: %s, %v", got.outcome, got.body, err)
		}
		return w, response
	}
	t.Run("connects", func(t *testing.T) {
		w, response := ask(t, "websocket-connect.json", time.Now().Add(time.Hour))
		if d := cmp.Diff(map[string]string{"Sec-WebSocket-Protocol": "flowops"}, response.Headers); d != "" || response.StatusCode != 200 {
			t.Errorf("%d, headers (-want +got):\n%s", response.StatusCode, d)
		}
		put := w.saw(t, "DynamoDB_20120810.PutItem")[0]
		if !strings.Contains(put.body, `{"S":"TENANT#acme"}`) || !strings.Contains(put.body, "CONN#R1kmxc2VNjMCFIA=") || put.key != "ASIAOFTHETENANT" {
			t.Errorf("%+v", put)
		}
	})
	t.Run("refuses an expired token", func(t *testing.T) {
		w, response := ask(t, "websocket-connect.json", time.Now().Add(-time.Second))
		if response.StatusCode != 401 || len(w.calls) != 0 {
			t.Errorf("%+v, %v", response, w.calls)
		}
	})
	t.Run("disconnects", func(t *testing.T) {
		w, response := ask(t, "websocket-disconnect.json", time.Now().Add(-time.Second))
		if gone := w.saw(t, "DynamoDB_20120810.DeleteItem")[0]; response.StatusCode != 200 || !strings.Contains(gone.body, "CONN#R1kmxc2VNjMCFIA=") || gone.key != "ASIAOFTHETENANT" {
			t.Errorf("%+v, %+v", response, gone)
		}
	})
}
