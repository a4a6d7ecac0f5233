"""Pytest plugin: suites that packs, connectors and stores run."""
