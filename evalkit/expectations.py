"""The one door to great-expectations."""
