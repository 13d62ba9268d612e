"""`make run` installs from requirements.lock alone; the tests run with more installed."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHEN_PRESENT = {
    "attrs",
    "greenlet",
    "markdown-it-py",
    "mdurl",
    "pygments",
    "pyopenssl",
    "rich",
    "setuptools",
}
LOADED = """
import importlib, pkgutil, sys
from importlib.metadata import packages_distributions
import libs, ops, services, workers
from libs.common.errors import Misconfigured
for room in (libs, ops, services, workers):
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        if ".migrations" in module.name or module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except Misconfigured:  # an entry: it reads its settings when it is loaded
            pass
owners = packages_distributions()
loaded = {name.partition(".")[0] for name in sys.modules}
print(*sorted({owner for name in loaded for owner in owners.get(name, ())}))
"""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_all_that_the_processes_import_is_in_the_lock_they_install_from() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = {normal(name) for name in re.findall(r"^([\w.-]+)==", lock, flags=re.MULTILINE)}
    ran = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {normal(name) for name in ran.stdout.split()}
    assert "kombu" in loaded
    assert loaded - locked - WHEN_PRESENT - {"shencai"} == set()
