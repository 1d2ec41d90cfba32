"""Where the lender's own systems speak to us: JSON, a key each, described in OpenAPI."""
