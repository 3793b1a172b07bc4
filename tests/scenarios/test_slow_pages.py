"""Pages whose numbers take minutes to make: checked by the deep tests alone. regenerate.py writes them."""

import os

import pytest

import assumptions_page
import iothreads_page
import quotes
import steering_page
import study_pages
import worst_page

pytestmark = pytest.mark.skipif("VQLAB_DEEP" not in os.environ, reason="half an hour of simulations; see VQLAB_DEEP")


@pytest.mark.parametrize("page", [assumptions_page, iothreads_page, steering_page, worst_page],
                         ids=["assumptions", "iothreads", "steering", "worst"])
def test_the_page_is_up_to_date(page):
    assert page.text() == page.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("study", study_pages.STUDIES)
def test_the_page_of_a_study_is_up_to_date(study):
    assert study_pages.text(study) == study_pages.page(study).read_text(encoding="utf-8")


def test_slow_quotes_are_up_to_date():
    for page, text in quotes.slow().items():
        assert text == page.read_text(encoding="utf-8"), page
