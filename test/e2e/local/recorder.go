package local

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/contract"
)

// Recorder keeps the calls that functions make. It knows the sessions that it
// saw being made, and so whose a call is.
type Recorder struct {
	region, account string
	// made is told of every session that is made.
	made func(roleARN, tenant string, credentials aws.Credentials)

	mu       sync.Mutex
	refused  []string
	calls    []Call
	sessions map[string]session // by access key
}

type session struct{ function, role, tenant string }

func newRecorder(region, account string) *Recorder {
	return &Recorder{region: region, account: account, sessions: map[string]session{}}
}

// OnSession has told called with every session that is made from now on. It is
// set before the first call.
func (r *Recorder) OnSession(told func(roleARN, tenant string, credentials aws.Credentials)) {
	r.made = told
}

// Know tells whose a session is that was made elsewhere.
func (r *Recorder) Know(accessKey, function, role, tenant string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sessions[accessKey] = session{function, role, tenant}
}

// describe is the call that a request is.
func (r *Recorder) describe(request *http.Request, body []byte) Call {
	c := parse(request, body, r.region, r.account)
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.sessions[c.accessKey]; ok {
		// Only the SDK says which function it is in: what else calls, is told by its session.
		c.Function, c.Role, c.Tenant = s.function, s.role, s.tenant
	}
	return c
}

// learn takes a session out of the answer that made it.
func (r *Recorder) learn(c Call, answer []byte) {
	if c.Operation != "AssumeRole" || c.Status != http.StatusOK {
		return
	}
	var out struct {
		AccessKeyID     string `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
		SecretAccessKey string `xml:"AssumeRoleResult>Credentials>SecretAccessKey"`
		SessionToken    string `xml:"AssumeRoleResult>Credentials>SessionToken"`
	}
	if err := xml.Unmarshal(answer, &out); err != nil || out.AccessKeyID == "" {
		return
	}
	role := c.Actions[0].Resource
	s := session{function: c.Function, role: role[strings.LastIndexByte(role, '/')+1:]}
	if tags := c.Actions[0].Condition["aws:RequestTag/"+contract.TenantTag]; len(tags) == 1 {
		s.tenant = tags[0]
	}
	r.mu.Lock()
	r.sessions[out.AccessKeyID] = s
	r.mu.Unlock()
	if r.made != nil {
		r.made(role, s.tenant, aws.Credentials{AccessKeyID: out.AccessKeyID, SecretAccessKey: out.SecretAccessKey, SessionToken: out.SessionToken})
	}
}

func (r *Recorder) refuse(c Call, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused = append(r.refused, c.Function+" as "+c.Role+" of "+c.Tenant+": "+why)
}

// Refused are the calls that reached for what is not the session's tenant's.
func (r *Recorder) Refused() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.refused)
}

func (r *Recorder) keep(c Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, c)
}

// Calls are the functions' calls so far.
func (r *Recorder) Calls() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.calls), func(c Call) bool { return c.Function == "" })
}
