"""Compiles every catalogue of words ahead: `python -m libs.stack.translations`, for the image."""

from libs.common.web.languages import compile_catalogues
from libs.stack.procfile import ROOT

if __name__ == "__main__":
    for package in ("libs", "services", "ops", "examples"):
        for folder in (ROOT / package).rglob("translations"):
            compile_catalogues(folder)
