"""The list of mutants fits the package; ``make mutate`` runs them."""

from tests.mutant_list import MUTANTS
from tests.mutants import ROOT, faults


def test_every_mutant_still_applies_and_its_tests_exist():
    assert list(faults()) == []


def test_every_mutant_changes_something_and_has_a_name_of_its_own():
    assert all(mutant.old != mutant.new for mutant in MUTANTS)
    assert len({(mutant.file, mutant.name) for mutant in MUTANTS}) == len(MUTANTS)


def test_a_mutant_is_still_python():
    for mutant in MUTANTS:
        source = (ROOT / mutant.file).read_text().replace(mutant.old, mutant.new)
        compile(source, mutant.file, "exec")
