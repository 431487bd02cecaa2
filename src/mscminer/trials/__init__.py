"""Evidence to trial facts, families and counts under named definitions (pure)."""
