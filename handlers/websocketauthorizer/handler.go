package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/idtoken"
)

// verifier tells whom a token speaks of; see idtoken.Verifier.
type verifier interface {
	Verify(ctx context.Context, token string) (idtoken.Identity, error)
}

// handler decides who may open a WebSocket connection.
type handler struct {
	log    *slog.Logger
	tokens verifier
}

// connectARN is the ARN of one stage's $connect, without any wildcard; see
// "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers".
var connectARN = regexp.MustCompile(`^arn:aws[a-z-]*:execute-api:[a-z0-9-]+:[0-9]{12}:[a-z0-9]+/[A-Za-z0-9_-]+/\$connect$`)

// handle lets a client connect that offers a good token, and only to what it
// asked for.
//
// What is wrong with the token is answered by a policy that denies (403 to the
// client), and not by the error "Unauthorized": an error counts as one of the
// function, and anybody could set off its alarm. An error means that the
// function could not tell; API Gateway then refuses with 500, and a client does
// well to try again.
func (h handler) handle(ctx context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	log := h.log.With("apiRequestId", event.RequestContext.RequestID)
	if !connectARN.MatchString(event.MethodArn) {
		log.ErrorContext(ctx, "asked about something else than $connect")
		return events.APIGatewayCustomAuthorizerResponse{}, errors.New("the method is not the $connect of a stage")
	}
	token, err := offeredToken(event)
	var who idtoken.Identity
	if err == nil {
		who, err = h.tokens.Verify(ctx, token)
	}
	var refusal idtoken.Refusal
	switch {
	case err == nil:
		log.InfoContext(ctx, "connection allowed", contract.LogTenant, who.Tenant)
		return allow(event.MethodArn, who), nil
	case errors.As(err, &refusal):
		h.logRefusal(ctx, log, refusal)
		return deny(event.MethodArn), nil
	default:
		log.ErrorContext(ctx, "can't verify a token", "error", err.Error())
		return events.APIGatewayCustomAuthorizerResponse{}, fmt.Errorf("verify token: %w", err)
	}
}

// logRefusal logs a security event, except for a token that merely expired: a
// laptop that wakes up offers one.
func (h handler) logRefusal(ctx context.Context, log *slog.Logger, refusal idtoken.Refusal) {
	if refusal == idtoken.Expired {
		log.InfoContext(ctx, "connection refused", "reason", string(refusal))
		return
	}
	log.WarnContext(ctx, "connection refused", "reason", string(refusal), contract.SecurityEventField, contract.SecurityConnectRefused)
}
