"""How often a method cries wolf on a given design: simulated before any outcome is read, for the routes the router may take."""
