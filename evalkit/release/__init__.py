"""Room 5, release: findings in, files out. The only door to the outside; it cannot import `evalkit.records`."""
