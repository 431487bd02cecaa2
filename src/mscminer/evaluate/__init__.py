"""Predictions against gold: alignment, precision, recall, F1 with intervals, reports (pure)."""
