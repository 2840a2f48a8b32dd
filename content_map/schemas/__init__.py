"""Outside data to values and values to JSON; unknown fields are errors, and nothing here asks a database."""
