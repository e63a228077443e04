"""Places read as a person would write them down."""

import pytest
from evalkit.findings.quality_text import places_text


@pytest.mark.parametrize(
    ("places", "text"),
    [
        (("a.csv rad 2", "a.csv rad 3", "b.csv rad 7"), "a.csv rad 2, 3; b.csv rad 7"),
        (("a.csv rad 2", "b.csv rad 2", "a.csv rad 9"), "a.csv rad 2; b.csv rad 2; a.csv rad 9"),
        (("pseudonym (a.csv rad 5)", "annan (a.csv rad 4)"), "pseudonym (a.csv rad 5); annan (a.csv rad 4)"),
        (("deltagare.xlsx blad Data rad 4", "deltagare.xlsx blad Data rad 6"), "deltagare.xlsx blad Data rad 4, 6"),
        ((), ""),
    ],
)
def test_rows_of_one_file_stand_after_its_name_once(places, text):
    assert places_text(places) == text
