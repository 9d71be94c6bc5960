"""Papers written (certificates, rolls, slips, exports) and papers read (spreadsheets, scans)."""
