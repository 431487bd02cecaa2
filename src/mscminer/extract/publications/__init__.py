"""What publications say: kind of report, who was given what, how many, with which outcome."""
