// Package local is an AWS account on this machine: MiniStack behind a recorder
// that keeps every call that the functions make, and stand-ins for what
// MiniStack does not answer as AWS does (models, agents, the search domain,
// the connections of a WebSocket API).
package local

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// startWithin is how long a process may take to start.
const startWithin = 60 * time.Second

// starter starts MiniStack.
//
//go:embed ministack.py
var starter string

// ErrNotInstalled is the error of a machine without MiniStack.
var ErrNotInstalled = errors.New("MiniStack is not installed: run \"make ministack\"")

// MiniStack is a running MiniStack.
type MiniStack struct {
	Address string // host:port
	process *exec.Cmd
	log     *os.File
	ended   chan error
}

// StartMiniStack starts the MiniStack that the project installed below root.
// Its files and its log go to dir. Functions that it runs call AWS at
// functionEndpoint.
func StartMiniStack(ctx context.Context, root, dir, account, region, functionEndpoint string) (*MiniStack, error) {
	python, err := filepath.Abs(filepath.Join(root, ".tools", "ministack", "bin", "python"))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(python); err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNotInstalled, err)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "ministack.log"))
	if err != nil {
		return nil, err
	}
	m := &MiniStack{Address: "127.0.0.1:" + port, log: log, ended: make(chan error, 1)}
	m.process = exec.Command(python, "-c", starter)
	m.process.Dir, m.process.Stdout, m.process.Stderr = dir, log, log
	m.process.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "PYTHONDONTWRITEBYTECODE=1",
		"BIND_HOST=127.0.0.1", "GATEWAY_PORT=" + port, "MINISTACK_ACCOUNT_ID=" + account, "MINISTACK_REGION=" + region, "STATE_DIR=" + dir,
		"AWS_ENDPOINT_URL=" + functionEndpoint, "LOG_LEVEL=INFO", "IOT_MTLS_ENABLED=0",
		// Patience is not what is tried: retries come at once.
		"LAMBDA_ASYNC_RETRY_BASE_SECONDS=0.2", "LAMBDA_ASYNC_RETRY_MAX_SECONDS=0.5", "SFN_WAIT_SCALE=0.01",
	}
	if err := m.process.Start(); err != nil {
		return nil, fmt.Errorf("start MiniStack: %w", err)
	}
	go func() { m.ended <- m.process.Wait() }()
	if err := answering(ctx, "http://"+m.Address+"/_ministack/health", m.ended); err != nil {
		m.Close()
		return nil, fmt.Errorf("start MiniStack: %w: see %s", err, log.Name())
	}
	return m, nil
}

// answering waits until a process answers at url, or ends.
func answering(ctx context.Context, url string, ended chan error) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-ended:
			ended <- err
			return fmt.Errorf("it ended: %w", err)
		case <-ctx.Done():
			return errors.New("it does not answer")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Close ends MiniStack and the functions that it runs.
func (m *MiniStack) Close() {
	_ = m.process.Process.Signal(os.Interrupt)
	select {
	case <-m.ended:
	case <-time.After(5 * time.Second):
		_ = m.process.Process.Kill()
		<-m.ended
	}
	_ = m.log.Close()
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
