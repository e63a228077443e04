"""The routes beside the chosen one: measured on the plan's own design, shown where they hold, never the answer."""
