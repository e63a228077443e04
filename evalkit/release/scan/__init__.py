"""A scanner of finished files: the second, independent layer between a cleared result and the world."""

from evalkit.release.scan.finding import Finding, Scan
from evalkit.release.scan.scanner import scan_bytes, scan_file

__all__ = ["Finding", "Scan", "scan_bytes", "scan_file"]
