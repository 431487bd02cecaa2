"""What flows between the layers: records, documents, mentions, facts, labels; standard library only."""
