"""Room 1, plan: what was decided before anyone looked at the data. No records, no pandas.

Everything here is written by people in `params/` and read into strict, frozen pydantic models.
"""
