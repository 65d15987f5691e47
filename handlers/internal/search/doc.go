// Package search talks to the search domain: requests signed with the caller's
// credentials, bounded in time, size and number, and refused at once while the
// domain is known to be down. A Tenant reaches its own alias and nothing else;
// a Master, which search-admin alone has, prepares the domain.
package search
