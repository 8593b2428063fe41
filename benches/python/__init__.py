"""Through Python: dynacore, the floors under it, and moto."""
