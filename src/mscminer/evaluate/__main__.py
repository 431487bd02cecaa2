"""``python -m mscminer.evaluate GOLD.jsonl PREDICTED.jsonl [--split report] [--errors]``: score two label files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mscminer.core.errors import MscminerError
from mscminer.core.splits import Split
from mscminer.evaluate.label_files import read_labels
from mscminer.evaluate.scoring import score
from mscminer.evaluate.text_report import render_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the text report; the exit code is that of the error, if any."""
    parser = argparse.ArgumentParser(prog="python -m mscminer.evaluate", description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("predicted", type=Path)
    parser.add_argument("--split", choices=[split.value for split in Split], help="use this part of the gold only")
    parser.add_argument("--errors", action="store_true", help="list every text that is not exactly right")
    options = parser.parse_args(arguments)
    try:
        evaluation = score(
            read_labels(options.gold),
            read_labels(options.predicted),
            split=Split(options.split) if options.split else None,
            gold_name=str(options.gold),
            predicted_name=str(options.predicted),
        )
    except MscminerError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(render_text(evaluation, errors=options.errors), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
