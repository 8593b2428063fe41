"""The benches of dynacore and its rivals: `python -m benches --help`, or `make bench`."""
