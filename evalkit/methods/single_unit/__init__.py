"""One treated unit beside a weighted mean of others: synthetic control, synthetic difference-in-differences, placebos."""
