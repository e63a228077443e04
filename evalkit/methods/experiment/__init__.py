"""A randomised study evaluated as it was randomised: its own blocks, its own clusters, its own assignment set."""
