"""Asking a web service each so often: REST with JSON, NDJSON, CSV or XML."""
