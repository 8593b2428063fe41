"""Whole scans with a filter: the engine alone, by one thread and by as many as there are cores."""
