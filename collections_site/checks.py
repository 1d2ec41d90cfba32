"""Refuse to start half-configured."""
