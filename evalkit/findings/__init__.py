"""Room 2, findings: what may be said afterwards. Aggregates only, frozen, JSON in and out.

Fields hold int, float, str, bool, date and declared sequences whose meaning is listed (`DECLARED_SEQUENCES`); never one value
per person.
"""
