"""The rules by which a plan's targets are judged: when one is met, how far along it is, and the words for it."""

from scenarios.verdicts.flags import FLAGS, flag_words
from scenarios.verdicts.judge import Judgement, Path, is_met_word, judge, judge_group
from scenarios.verdicts.meeting import group_meets, meets, on_basis
from scenarios.verdicts.plan_tasks import tasks_of
from scenarios.verdicts.probability import (
    LIGHTS,
    Light,
    Probability,
    called,
    jeffreys,
    joint,
    light_of,
    light_steps,
    percent_words,
    printed,
)
from scenarios.verdicts.rounding import rounded, satisfies
from scenarios.verdicts.schedule import build_out_progress, completion, schedule
from scenarios.verdicts.stance import STANCES, Margin, Stance, in_headline, margin_of, stance_of
from scenarios.verdicts.task import Task
from scenarios.verdicts.words import WORDS, Verdict, in_words

__all__ = [
    "FLAGS", "LIGHTS", "STANCES", "WORDS", "Judgement", "Light", "Margin", "Path", "Probability", "Stance", "Task",
    "Verdict", "build_out_progress", "called", "completion", "flag_words", "group_meets", "in_headline", "in_words",
    "is_met_word", "jeffreys", "joint", "judge", "judge_group", "light_of", "light_steps", "margin_of", "meets", "on_basis",
    "percent_words", "printed", "rounded", "satisfies", "schedule", "stance_of", "tasks_of",
]  # fmt: skip
