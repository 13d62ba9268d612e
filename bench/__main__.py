"""Every measurement of RESULTS.md, one after the other: `python -m bench` (twenty minutes)."""

import os
import subprocess
import sys

from libs.stack.procfile import ROOT

EACH = (
    ("bench.images",),
    ("bench.images_pipeline", "160", "1", "2"),
    ("bench.shrink",),
    ("bench.corpus", "130"),
    ("bench.photos",),
    ("bench.messages", "3000"),
    ("bench.codes", "50000", "80"),
    ("bench.storm",),
    ("bench.registrations",),
    ("bench.upload", "20", "10"),
    ("bench.upload", "20", "20"),
    ("bench.reading", "40"),
    ("bench.review",),
    ("bench.desk", "100"),
    ("bench.pages",),
)


def main() -> None:
    """Run each in a process of its own; the load beside a figure says what it is worth."""
    for module, *words in EACH:
        load = " ".join(f"{part:.1f}" for part in os.getloadavg())
        print(f"\n## python -m {' '.join((module, *words))}    (load before: {load})\n", flush=True)
        subprocess.run([sys.executable, "-m", module, *words], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
