"""Global tables: what replication costs the writer, and how many writes a second reach all Regions."""
