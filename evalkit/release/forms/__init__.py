"""The report in the forms people use. Every exporter here is given blocks or tables made from a `SafeResult`, and returns bytes."""
