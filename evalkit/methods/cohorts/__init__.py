"""Starts at different times, and covariates: estimators that are linear in the outcome, with one way to judge their uncertainty."""
