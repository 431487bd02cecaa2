"""Documents to mentions, relations and facts: one spaCy pipeline of small registered components."""
