"""Use cases, one noun a file: permission first, then load, decide, change, flush, return; the edge commits."""
