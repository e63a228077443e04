"""Planning before anybody is measured: power, detectable effect, size, price. No plans, no frames: numbers in, numbers out."""
