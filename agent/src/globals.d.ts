// A type of the web that a dependency's declarations take to be global.
type HeadersInit = import("undici-types").HeadersInit;
