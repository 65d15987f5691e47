package fakeaws

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// People is a user pool whose people sign in with their addresses.
type People struct {
	C    *Cloud
	Pool string
	Page int // people of a page; 0: as many as asked for

	All     []Person
	Invited int
}

// Person is a user. Name is made up by Cognito.
type Person struct {
	Name, Email, Tenant string
	Groups              []string
	SignedOut           bool
}

func (p *People) open(operation string, pool, name *string) (int, error, error) { //nolint:revive // two errors: of before and after
	after, err := p.C.begin(operation)
	if err != nil {
		return 0, nil, err
	}
	if aws.ToString(pool) != p.Pool {
		return 0, nil, &types.ResourceNotFoundException{}
	}
	n := slices.IndexFunc(p.All, func(o Person) bool {
		return o.Name == aws.ToString(name) || strings.EqualFold(o.Email, aws.ToString(name))
	})
	if n < 0 {
		return 0, nil, &types.UserNotFoundException{}
	}
	return n, after, nil
}

// AdminCreateUser makes a person and invites them.
func (p *People) AdminCreateUser(_ context.Context, in *cognito.AdminCreateUserInput, _ ...func(*cognito.Options)) (*cognito.AdminCreateUserOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	after, err := p.C.begin("AdminCreateUser")
	if err != nil {
		return nil, err
	}
	one := Person{Email: aws.ToString(in.Username)}
	for _, a := range in.UserAttributes {
		if aws.ToString(a.Name) == "custom:tenant_id" {
			one.Tenant = aws.ToString(a.Value)
		}
	}
	if slices.ContainsFunc(p.All, func(o Person) bool { return strings.EqualFold(o.Email, one.Email) }) {
		return nil, &types.UsernameExistsException{}
	}
	p.C.serial++
	one.Name = "sub-" + strconv.Itoa(p.C.serial)
	p.All = append(p.All, one)
	p.Invited++
	return &cognito.AdminCreateUserOutput{}, after
}

func attributes(o Person) []types.AttributeType {
	all := []types.AttributeType{{Name: aws.String("sub"), Value: aws.String(o.Name)}, {Name: aws.String("email"), Value: aws.String(o.Email)}}
	if o.Tenant != "" {
		all = append(all, types.AttributeType{Name: aws.String("custom:tenant_id"), Value: aws.String(o.Tenant)})
	}
	return all
}

// AdminGetUser reads a person.
func (p *People) AdminGetUser(_ context.Context, in *cognito.AdminGetUserInput, _ ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	n, after, err := p.open("AdminGetUser", in.UserPoolId, in.Username)
	if err := first(err, after); err != nil {
		return nil, err
	}
	return &cognito.AdminGetUserOutput{Username: aws.String(p.All[n].Name), UserAttributes: attributes(p.All[n])}, nil
}

// AdminAddUserToGroup puts a person into a group.
func (p *People) AdminAddUserToGroup(_ context.Context, in *cognito.AdminAddUserToGroupInput, _ ...func(*cognito.Options)) (*cognito.AdminAddUserToGroupOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	n, after, err := p.open("AdminAddUserToGroup", in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(p.All[n].Groups, aws.ToString(in.GroupName)) {
		p.All[n].Groups = append(p.All[n].Groups, aws.ToString(in.GroupName))
	}
	return &cognito.AdminAddUserToGroupOutput{}, after
}

// AdminUserGlobalSignOut signs a person out everywhere.
func (p *People) AdminUserGlobalSignOut(_ context.Context, in *cognito.AdminUserGlobalSignOutInput, _ ...func(*cognito.Options)) (*cognito.AdminUserGlobalSignOutOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	n, after, err := p.open("AdminUserGlobalSignOut", in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	p.All[n].SignedOut = true
	return &cognito.AdminUserGlobalSignOutOutput{}, after
}

// AdminDeleteUser removes a person who is signed out.
func (p *People) AdminDeleteUser(_ context.Context, in *cognito.AdminDeleteUserInput, _ ...func(*cognito.Options)) (*cognito.AdminDeleteUserOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	n, after, err := p.open("AdminDeleteUser", in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	if !p.All[n].SignedOut {
		panic("a person is removed whose tokens go on")
	}
	p.All = slices.Delete(p.All, n, n+1)
	return &cognito.AdminDeleteUserOutput{}, after
}

// ListUsers lists people in the order of their names.
func (p *People) ListUsers(_ context.Context, in *cognito.ListUsersInput, _ ...func(*cognito.Options)) (*cognito.ListUsersOutput, error) {
	p.C.mu.Lock()
	defer p.C.mu.Unlock()
	after, err := p.C.begin("ListUsers")
	if err := first(err, after); err != nil {
		return nil, err
	}
	if in.Filter != nil {
		panic("Cognito filters by no custom attribute")
	}
	page := int(aws.ToInt32(in.Limit))
	if page < 1 || page > 60 {
		panic("Cognito's limit is 60")
	}
	if p.Page > 0 {
		page = p.Page
	}
	all := slices.Clone(p.All)
	slices.SortFunc(all, func(a, b Person) int { return strings.Compare(a.Name, b.Name) })
	out := &cognito.ListUsersOutput{}
	for _, o := range all {
		if o.Name <= aws.ToString(in.PaginationToken) {
			continue
		}
		if len(out.Users) == page {
			out.PaginationToken = out.Users[page-1].Username
			break
		}
		out.Users = append(out.Users, types.UserType{Username: aws.String(o.Name), Attributes: attributes(o)})
	}
	return out, nil
}
