"""Room 3, records: one row is one person. Nothing here may leave the house; there is no corridor to `release`."""
