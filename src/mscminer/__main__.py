"""``python -m mscminer``."""

from mscminer.cli.main import main

main()
