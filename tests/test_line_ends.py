"""Lines end with LF, on every machine: see `.gitattributes`.

Read are the bytes that lie here, so a clone is judged, and a folder without git. Left out are
programs, which Python and browsers read either way, and lessons: learners add to both, with
editors of their own.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = (  # what is made by code and compared with it, and what a shell or another tool runs
    *("README.md", "CONTRIBUTING.md", "CLAUDE.md", "*.toml", "requirements.txt", "*.yml"),
    *("Dockerfile", "LICENSE", "Makefile", ".ci/*", ".binder/*", ".devcontainer/*"),
    *(".dockerignore", ".env.example", ".gitattributes", ".gitignore"),
    *("finrisk/**/*.csv", "models/*", "tests/**/*.diff", "tests/**/*.md"),
    *("notebooks/README.md", "notebooks/glossary.md", "notebooks/change_requests/*"),
    *("notebooks/data/household_year.csv", "notebooks/images/*.svg", "notebooks/solutions/*"),
)
BINARY = (".png", ".pth")
SAMPLES = {  # as git would be given them on Windows, by a program that writes CRLF
    "lesson.ipynb": b'{\r\n "cells": []\r\n}\r\n',
    "table.csv": b"month,income\r\n2025-01,4200\r\n",
    "run": b"#!/usr/bin/env bash\r\nset -e\r\n",
    "picture.svg": b"<svg>\r\n</svg>\r\n",
    "picture.png": b"\x89PNG\r\n\x1a\n only letters\r\n",
    "model.pth": b"only letters\r\n",
}


@pytest.mark.parametrize("place", PLACES)
def test_every_line_ends_with_lf(place: str) -> None:
    files = [path for path in ROOT.glob(place) if path.is_file() and path.suffix not in BINARY]
    assert files, f"{place} is not there"
    crlf = [str(path.relative_to(ROOT)) for path in files if b"\r\n" in path.read_bytes()]
    assert not crlf, f"These files must end their lines with LF: {crlf}. Save them so."


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_a_clone_on_windows_has_the_same_bytes(tmp_path: Path) -> None:
    """Text with LF although core.autocrlf asks for CRLF; pictures and the model untouched."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    shutil.copy(ROOT / ".gitattributes", here)
    for name, data in SAMPLES.items():
        (here / name).write_bytes(data)

    def git(*arguments: str, folder: Path = here) -> str:
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
        who += ["-c", "commit.gpgsign=false"]
        windows = ["-c", "core.autocrlf=true", "-c", "core.safecrlf=false"]
        command = ["git", "-C", str(folder), *who, *windows, *arguments]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "All")
    git("clone", "-q", str(here), str(there))
    for name, data in SAMPLES.items():
        kept = data if name.endswith(BINARY) else data.replace(b"\r\n", b"\n")
        assert (there / name).read_bytes() == kept, name
    assert git("status", "--porcelain", folder=there) == ""
