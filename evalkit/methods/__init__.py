"""Room 4, methods: records in, findings out. The only door between the persons and what may be said."""
