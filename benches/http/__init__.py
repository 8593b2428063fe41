"""Over HTTP: dynacore and its rivals, with an external load generator."""
