"""What every analysis stands on: factors that are varied, the runs at points of their space, and the aims that are read."""

from scenarios.studies.aims import Aim, aims_of
from scenarios.studies.factors import Factor, factors_of
from scenarios.studies.reading import Answers, answers
from scenarios.studies.study import Study

__all__ = ["Aim", "Answers", "Factor", "Study", "aims_of", "answers", "factors_of"]
