"""Seeded demonstration deliveries with a known planted effect. Every file says that it is synthetic."""

from evalkit.records.synthetic.demo import write_demo

__all__ = ["write_demo"]
