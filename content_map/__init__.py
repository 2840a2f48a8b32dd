"""Content Map: the application."""
