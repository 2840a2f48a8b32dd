"""The pages: HTML blueprints, one noun a file; the application registers each module's `blueprint`."""
