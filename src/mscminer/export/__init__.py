"""Counts and facts to CSV, JSON, XLSX, Markdown, HTML and plots."""
