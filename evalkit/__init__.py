"""evalkit: evaluation of municipal social investments, honest by construction.

Data flows one way through five rooms: plan, records, methods, findings, release. See docs/ARCHITECTURE.md.
Importing evalkit has no side effects and loads no heavy package.
"""

__version__ = "0.1.0"
