package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognitotypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
)

// usersPage is how many users are listed at once: Cognito's most (ListUsers).
const usersPage = 60

// errOtherPerson is the error of an address that somebody else has. Whose it is
// nobody gets to know.
var errOtherPerson = &rest.Error{Status: http.StatusConflict, Detail: "The administrator's address can't be used for this tenant."}

// adminThere reports whether the tenant has a person with the address. A person
// of another tenant, or of none, with that address is an error: a person's tenant
// never changes.
func (j *job) adminThere(ctx context.Context, email string) (bool, error) {
	out, err := j.aws.people.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: aws.String(j.settings.userPool), Username: aws.String(email)})
	var none *cognitotypes.UserNotFoundException
	if errors.As(err, &none) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for the administrator: %w", err)
	}
	if tenantOf(out.UserAttributes) != j.tenant {
		return false, errOtherPerson
	}
	return true, nil
}

func tenantOf(attributes []cognitotypes.AttributeType) string {
	for _, a := range attributes {
		if aws.ToString(a.Name) == contract.TenantClaim {
			return aws.ToString(a.Value)
		}
	}
	return ""
}

// ensureAdmin makes the tenant's first administrator, whom Cognito invites by
// mail: so it comes when all else is there.
func (j *job) ensureAdmin(ctx context.Context, email string) error {
	if email == "" {
		return nil
	}
	pool, name := aws.String(j.settings.userPool), aws.String(email)
	there, err := j.adminThere(ctx, email)
	if err != nil {
		return err
	}
	if !there {
		_, err := j.aws.people.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{
			UserPoolId: pool, Username: name, DesiredDeliveryMediums: []cognitotypes.DeliveryMediumType{cognitotypes.DeliveryMediumTypeEmail},
			UserAttributes: []cognitotypes.AttributeType{
				{Name: aws.String("email"), Value: name}, {Name: aws.String("email_verified"), Value: aws.String("true")},
				{Name: aws.String(contract.TenantClaim), Value: aws.String(j.tenant)},
			},
		})
		var exists *cognitotypes.UsernameExistsException
		if errors.As(err, &exists) { // meanwhile: an answer was lost, or somebody else was faster
			_, err = j.adminThere(ctx, email)
		}
		if err != nil {
			return fmt.Errorf("make the administrator: %w", err)
		}
	}
	if _, err := j.aws.people.AdminAddUserToGroup(ctx, &cognito.AdminAddUserToGroupInput{UserPoolId: pool, Username: name, GroupName: aws.String(string(contract.RoleAdmin))}); err != nil {
		return fmt.Errorf("make the administrator one: %w", err)
	}
	return nil
}

// removePeople signs the tenant's people out and removes them. Cognito can't
// search by a custom attribute: it goes through everybody, until nobody of the
// tenant is found.
func (j *job) removePeople(ctx context.Context) error {
	for {
		removed, err := j.removePeopleOnce(ctx)
		if err != nil || removed == 0 {
			return err
		}
	}
}

func (j *job) removePeopleOnce(ctx context.Context) (removed int, err error) {
	in := &cognito.ListUsersInput{UserPoolId: aws.String(j.settings.userPool), Limit: aws.Int32(usersPage)}
	for {
		if !j.now().Before(j.until) {
			return removed, waiting{"time to look through the people"}
		}
		out, err := j.aws.people.ListUsers(ctx, in)
		if err != nil {
			return removed, fmt.Errorf("list people: %w", err)
		}
		for _, user := range out.Users {
			if tenantOf(user.Attributes) != j.tenant {
				continue
			}
			if err := j.removePerson(ctx, user.Username); err != nil {
				return removed, err
			}
			removed++
			j.record.Report.People++
		}
		if aws.ToString(out.PaginationToken) == "" {
			return removed, nil
		}
		in.PaginationToken = out.PaginationToken
	}
}

func (j *job) removePerson(ctx context.Context, name *string) error {
	pool := aws.String(j.settings.userPool)
	var none *cognitotypes.UserNotFoundException
	_, err := j.aws.people.AdminUserGlobalSignOut(ctx, &cognito.AdminUserGlobalSignOutInput{UserPoolId: pool, Username: name})
	if err != nil && !errors.As(err, &none) {
		return fmt.Errorf("sign a person out: %w", err)
	}
	_, err = j.aws.people.AdminDeleteUser(ctx, &cognito.AdminDeleteUserInput{UserPoolId: pool, Username: name})
	if err != nil && !errors.As(err, &none) {
		return fmt.Errorf("remove a person: %w", err)
	}
	return nil
}
