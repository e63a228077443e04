"""One series before and after a start: level and slope, season, errors that remember, and an inference that is simulated."""
