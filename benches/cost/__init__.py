"""What an operation costs on small and on large tables."""
