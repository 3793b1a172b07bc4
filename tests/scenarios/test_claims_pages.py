"""The claims of the studies do what their marks say, and docs/studies says what a fresh run says."""

import os
import re
from pathlib import Path

import pytest

import claims_pages
import iothreads_page
import program
import quotes
import study_pages


@pytest.mark.skipif("VQLAB_DEEP" not in os.environ, reason="a thousand simulations; see VQLAB_DEEP")
def test_the_pages_are_up_to_date(tmp_path: Path):
    # VQLAB_BIN=... tests/scenarios/regenerate.py writes them anew.
    for page, text in claims_pages.pages(tmp_path / "claims").items():
        assert text == page.read_text(encoding="utf-8"), page


def test_each_study_with_claims_or_a_table_has_its_page():
    pages = {path.stem for path in claims_pages.FOLDER.glob("*.md")} - {claims_pages.OVERVIEW.stem}
    quoted = {Path(page).stem for page in quotes.RUNS if page.startswith("docs/studies/")}
    assert pages == {*claims_pages.studies(), *quoted, *study_pages.STUDIES, iothreads_page.PAGE.stem}


def test_the_readme_gives_the_same_count():
    overview = claims_pages.OVERVIEW.read_text(encoding="utf-8")
    counts = re.search(r"^ {4}(\d+ of \d+ claims hold)$", overview, re.MULTILINE)
    assert counts and f"`{counts.group(1)}`" in (program.ROOT / "README.md").read_text(encoding="utf-8")
