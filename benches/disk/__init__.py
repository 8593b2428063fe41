"""Durable writes, against SQLite."""
