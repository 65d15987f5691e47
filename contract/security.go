package contract

// SubjectClaim is the claim with a person's id in the user pool, which names
// nobody.
const SubjectClaim = "sub"

// Values of SecurityEventField in the log of the functions that answer REST
// requests.
const (
	SecurityIdentityRefused = "identity-refused" // verified claims that name no tenant to work for
	SecurityRoleRefused     = "role-refused"     // a person whose groups may not do this
	SecurityKeyRefused      = "key-refused"      // a request without its own tenant's API key
	SecurityCursorForged    = "cursor-forged"    // a cursor that was changed, or is of another tenant or list
)
