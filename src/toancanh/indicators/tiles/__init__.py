"""Vector tiles of layers."""
