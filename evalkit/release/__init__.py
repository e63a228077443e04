"""Room 5, release: findings in, files out. The only door to the outside; the room of records is out of its reach."""
