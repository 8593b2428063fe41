"""How many instructions of dynacore an operation takes: a count, whatever else the machine does."""
