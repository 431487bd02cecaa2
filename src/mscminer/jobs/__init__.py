"""Use cases, each callable without the command line or the web."""
