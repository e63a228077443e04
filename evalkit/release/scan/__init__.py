"""A scanner of finished files: the second, independent layer between a cleared result and the world."""

from evalkit.release.scan.finding import ABOUT_FEW, Finding, Scan
from evalkit.release.scan.scanner import scan_bytes, scan_file

__all__ = ["ABOUT_FEW", "Finding", "Scan", "scan_bytes", "scan_file"]
