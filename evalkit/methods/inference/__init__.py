"""Inference that holds with few clusters, few treated and few persons. Arrays in, frozen results out; no frames, no plans."""
