package search

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/sony/gobreaker/v2"

	"github.com/flowops/flowops/contract"
)

// Config is how a function reaches the search domain. Zero values of the
// limits are the defaults that stand beside them.
type Config struct {
	Endpoint string       // host, and port where it is not 443
	Region   string       // of the signature
	HTTP     *http.Client // NewHTTPClient's by default

	Attempts    uint          // of one request, 3
	BackoffBase time.Duration // most that is waited after the first attempt, 200 ms; then twice as much, and so on
	BackoffCap  time.Duration // most that is waited between two attempts, 5 s

	// TripAfter failures in a row open the circuit, 5; a negative number never does.
	TripAfter int
	// OpenFor is how long an open circuit refuses, 15 s. Then one request tries.
	OpenFor time.Duration
}

// Domain is the search domain, as one process knows it: make one, and from it a
// Tenant an invocation. All share its connections and its circuit.
type Domain struct {
	config  Config
	signer  *v4.Signer
	breaker *gobreaker.CircuitBreaker[[]byte]
}

// NewDomain checks config and makes the domain. It sends nothing.
func NewDomain(config Config) (*Domain, error) {
	u, err := url.Parse("https://" + config.Endpoint)
	if err != nil || config.Endpoint == "" || u.Host != config.Endpoint || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is no host of a search domain", config.Endpoint)
	}
	if config.Region == "" {
		return nil, errors.New("requests to the search domain can't be signed without a region")
	}
	setDefault(&config.Attempts, 3)
	setDefault(&config.BackoffBase, 200*time.Millisecond)
	setDefault(&config.BackoffCap, 5*time.Second)
	setDefault(&config.TripAfter, 5)
	setDefault(&config.OpenFor, 15*time.Second)
	if config.HTTP == nil {
		config.HTTP = NewHTTPClient()
	}
	client := *config.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	config.HTTP = &client
	d := &Domain{config: config, signer: v4.NewSigner()}
	d.breaker = gobreaker.NewCircuitBreaker[[]byte](gobreaker.Settings{
		Name: "search", MaxRequests: 1, Timeout: config.OpenFor,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return config.TripAfter > 0 && int64(c.ConsecutiveFailures) >= int64(config.TripAfter)
		},
		// An answer that refuses is an answer; a request that was given up or could
		// not be signed says nothing about the domain.
		IsSuccessful: func(err error) bool { return err == nil || !transient(err) },
		IsExcluded:   excluded,
	})
	return d, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// NewHTTPClient is an HTTP client for one host: TLS 1.2 or newer, connections
// kept for the next invocation, every phase bounded. The whole of a request is
// bounded by its operation. Like the AWS SDK's clients it goes through the proxy
// that the process's environment names, if it names one.
func NewHTTPClient() *http.Client {
	dialer := &net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: 3 * time.Second,
		MaxIdleConnsPerHost: 16, IdleConnTimeout: 50 * time.Second,
	}}
}

// Tenant is the domain as one tenant reaches it, with credentials that carry
// its tag.
func (d *Domain) Tenant(id string, credentials aws.CredentialsProvider) (*Tenant, error) {
	if !contract.ValidTenantID(id) {
		return nil, errors.New("a search needs a tenant id")
	}
	if credentials == nil {
		return nil, errors.New("a search needs the tenant's credentials")
	}
	return &Tenant{id: id, conn: conn{domain: d, credentials: credentials}}, nil
}

// Master is the domain as its master reaches it: all of it. It is for
// search-admin, whose role alone can take the master's.
func (d *Domain) Master(credentials aws.CredentialsProvider) *Master {
	return &Master{conn{domain: d, credentials: credentials}}
}
