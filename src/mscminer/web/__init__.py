"""The curators' workbench."""
