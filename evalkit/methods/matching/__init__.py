"""Matched comparison: who is held against whom, decided from background alone, and what follows for the uncertainty."""
