"""Random assignment as pure functions: units and tickets in, arms out. No file, no clock, no generator of random numbers."""
