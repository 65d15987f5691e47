// Command bench measures what the fast loader brings: it synthesizes the whole
// platform with the stock loader and with the fast one in turn, and prints the
// medians. It writes into a temporary directory only.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flowops/flowops/internal/bundle"
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each loader synthesizes")
	environment := flag.String("env", "dev", "the environment to synthesize")
	flag.Parse()
	if err := run(max(1, *rounds), *environment); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// sample is one synth: its wall time, CPU time and the peak of the memory that
// its processes held together.
type sample struct {
	wall, cpu time.Duration
	memory    int64 // bytes; 0 where it can't be seen
	loading   time.Duration
}

func run(rounds int, environment string) error {
	dir, err := os.MkdirTemp("", "flowops-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "flowops")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	if err := project(dir); err != nil {
		return err
	}
	synth := func(mode string) (sample, error) {
		return measure(dir, binary, "FLOWOPS_ENV="+environment, "FLOWOPS_FASTLOAD="+mode)
	}
	first, err := synth("debug") // makes the cache, if there is none
	if err != nil {
		return err
	}
	if _, err := synth("debug"); err != nil { // and the code for what the first one made
		return err
	}
	fmt.Printf("%s, %d rounds, stock and fast in turn; the run before them took %s\n\n", environment, rounds, first.wall.Round(10*time.Millisecond))
	samples := map[string][]sample{}
	for round := range rounds {
		for _, mode := range []string{"off", "debug"} {
			s, err := synth(mode)
			if err != nil {
				return err
			}
			samples[mode] = append(samples[mode], s)
		}
		off, on := samples["off"][round], samples["debug"][round]
		fmt.Printf("  %2d  %s\n", round+1, line(off.wall, on.wall))
	}
	of := func(mode string, value func(sample) time.Duration) time.Duration {
		return median(samples[mode], value)
	}
	wall := func(s sample) time.Duration { return s.wall }
	cpu := func(s sample) time.Duration { return s.cpu }
	memory := func(s sample) time.Duration { return time.Duration(s.memory) }
	fmt.Printf("\nmedians\n")
	fmt.Printf("  wall time    %s\n", line(of("off", wall), of("debug", wall)))
	fmt.Printf("  CPU time     %s\n", line(of("off", cpu), of("debug", cpu)))
	if m := of("debug", memory); m > 0 {
		stock := of("off", memory)
		fmt.Printf("  peak memory  stock %4d MiB  fast %4d MiB  %.1f times less\n", stock>>20, m>>20, float64(stock)/float64(m))
	}
	fmt.Printf("  loading      %d ms of the fast one\n", of("debug", func(s sample) time.Duration { return s.loading }).Milliseconds())
	return nil
}

// project makes a folder look like the project's. What is deployed beside the
// templates is of the usual size, and of no content.
func project(dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "cdktf.json"), []byte(`{"context":{}}`), 0o600); err != nil {
		return err
	}
	dist := filepath.Join(dir, "dist")
	files := map[string]int{bundle.AgentZip(dist): 3 << 10}
	for _, f := range bundle.Functions() {
		files[bundle.FunctionZip(dist, f)] = 5 << 19
	}
	for path, size := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, bytes.Repeat([]byte{'z'}, size), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func line(stock, fast time.Duration) string {
	return fmt.Sprintf("stock %.2f s  fast %.2f s  %.1f times faster", stock.Seconds(), fast.Seconds(), float64(stock)/float64(fast))
}

func median(samples []sample, value func(sample) time.Duration) time.Duration {
	var all []time.Duration
	for _, s := range samples {
		all = append(all, value(s))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

var loading = regexp.MustCompile(`fastload: loading took (\d+) ms`)

// measure synthesizes once.
func measure(dir, binary string, environment ...string) (sample, error) {
	var text bytes.Buffer
	cmd := exec.Command(binary)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append(environment, "CDKTF_OUTDIR=")...)
	cmd.Stdout, cmd.Stderr = &text, &text
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	done, peak := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		for {
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(15 * time.Millisecond):
				most = max(most, resident(cmd.Process.Pid))
			}
		}
	}()
	err := cmd.Wait()
	s := sample{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	close(done)
	s.memory = <-peak
	if err != nil {
		return sample{}, fmt.Errorf("%w\n%s", err, text.String())
	}
	if strings.Contains(text.String(), "fastload: steps aside") {
		return sample{}, fmt.Errorf("the fast loader stepped aside:\n%s", text.String())
	}
	if m := loading.FindStringSubmatch(text.String()); m != nil {
		ms, _ := strconv.Atoi(m[1])
		s.loading = time.Duration(ms) * time.Millisecond
	}
	return s, nil
}

// resident is the memory that a process and those below it hold now, as far as
// /proc tells.
func resident(pid int) int64 {
	var total int64
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid)); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			pages, _ := strconv.ParseInt(fields[1], 10, 64)
			total = pages * int64(os.Getpagesize())
		}
	}
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, t := range threads {
		text, _ := os.ReadFile(t)
		for _, child := range strings.Fields(string(text)) {
			if p, err := strconv.Atoi(child); err == nil {
				total += resident(p)
			}
		}
	}
	return total
}
