"""How soon dynacore is there, and how large it is."""
