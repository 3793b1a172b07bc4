"""docs/why.md, and what other pages quote of the same runs, say what fresh runs say."""

import os
import re
from pathlib import Path

import pytest

import quotes
import why_page

pytestmark = pytest.mark.skipif("VQLAB_DEEP" not in os.environ, reason="thousands of simulations; see VQLAB_DEEP")

TEMPLATE = why_page.TEMPLATE.read_text(encoding="utf-8")


@pytest.fixture(scope="module", name="folder")
def results(tmp_path_factory) -> Path:
    return Path(tmp_path_factory.mktemp("why"))


@pytest.fixture(scope="module", name="numbers")
def collected(folder) -> why_page.Numbers:
    return why_page.collect(folder)


def test_the_page_is_up_to_date(numbers):
    # VQLAB_BIN=... tests/scenarios/regenerate.py writes it anew.
    assert why_page.fill(TEMPLATE, numbers) == why_page.PAGE.read_text(encoding="utf-8")


@pytest.mark.usefixtures("numbers")
def test_quoted_output_is_up_to_date(folder):
    for page, text in quotes.quick(folder).items():
        assert text == page.read_text(encoding="utf-8"), page


def test_a_wrong_claim_is_no_page(numbers):
    claim = "{% here(MQ8, 16) < here(SQ4, 16) %}\n"
    with pytest.raises(AssertionError, match=re.escape("here(MQ8, 16) < here(SQ4, 16)")):
        why_page.fill(claim + TEMPLATE, numbers)


def test_figures_come_from_runs():
    assert why_page.unsupported(TEMPLATE) == []
    assert why_page.unsupported("MQ4 gains 12 % at 16 targets, {{here(MQ4, 16)}} MiB/s, not 2269.") == ["12 %", "2269."]


def test_each_cell_has_its_row():
    assert sorted(re.findall(r"^\{\{row\((\w+), (\d+)\)", TEMPLATE, re.MULTILINE)) == sorted(
        (why_page.SHORT[column], str(targets)) for column, targets in why_page.CELLS)


def test_its_commands_name_what_was_switched_off_or_halved():
    quoted = {name for names in re.findall(r"--only (\S+)", TEMPLATE) for name in names.split(",")}
    assert quoted and quoted <= {*why_page.RESOURCES, *why_page.MECHANISMS, *why_page.COSTS}
