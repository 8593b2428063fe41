"""The engine by itself, measured by criterion."""
