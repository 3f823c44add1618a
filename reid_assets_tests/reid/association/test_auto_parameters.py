from dataclasses import fields
from pathlib import Path

import pytest

import reid_assets.reid.association as package
from reid_assets.reid.association.auto_parameters import AutoParameters

NAMES = [field.name for field in fields(AutoParameters)]


def test_every_constant_says_its_unit_and_the_data_it_was_chosen_on():
    for field in fields(AutoParameters):
        assert field.metadata["unit"], field.name
        assert field.metadata["chosen_on"], field.name


@pytest.mark.parametrize("name", NAMES)
def test_every_constant_is_read_by_the_method(name):
    sources = (path.read_text(encoding="utf-8") for path in Path(package.__path__[0]).rglob("*.py"))
    assert any(f"parameters.{name}" in source for source in sources)
