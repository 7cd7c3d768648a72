"""The solver: few runs, bounds held, the best point kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.solve import LONGEST_STEP, solve

CLOSE = 0.02


def bowl(matrix: np.ndarray, root: np.ndarray, bend: float = 0.0):
    """misses(point) of a gently bent linear answer, and the list of points asked."""
    asked: list[np.ndarray] = []

    def misses(point: np.ndarray) -> np.ndarray:
        asked.append(point.copy())
        away = point - root
        return matrix @ (away + bend * away * np.abs(away))

    return misses, asked


def box(size: int, half: float) -> tuple[np.ndarray, np.ndarray]:
    return np.full(size, -half), np.full(size, half)


@given(st.lists(st.floats(-1.2, 1.2), min_size=4, max_size=4), st.floats(-0.4, 0.4), st.floats(0.0, 0.15))
def test_it_finds_the_root_of_a_coupled_answer_with_rough_slopes(root: list[float], coupling: float, bend: float) -> None:
    matrix = np.eye(4) + coupling * np.eye(4, k=1)
    misses, asked = bowl(matrix, np.array(root), bend)
    found = solve(misses, np.zeros(4), *box(4, 3.0), 0.8 * np.eye(4), close=CLOSE, most=25)
    assert (np.abs(found.miss) <= CLOSE).all() and not found.held.any()
    assert len(asked) == found.runs <= 25


def test_with_the_right_slopes_two_runs_are_enough() -> None:
    matrix = np.array([[1.0, -0.2], [0.0, -0.3]])
    misses, asked = bowl(matrix, np.array([0.4, -0.9]))
    found = solve(misses, np.zeros(2), *box(2, 3.0), matrix, close=CLOSE, most=8)
    assert found.runs == len(asked) == 2
    assert found.point == pytest.approx([0.4, -0.9])


def test_a_start_that_is_close_costs_one_run() -> None:
    misses, asked = bowl(np.eye(2), np.array([0.01, -0.01]))
    found = solve(misses, np.zeros(2), *box(2, 1.0), np.eye(2), close=CLOSE, most=8)
    assert found.runs == len(asked) == 1 and not found.held.any()


def test_an_intercept_at_its_bound_is_held_and_the_others_are_solved() -> None:
    matrix = np.array([[1.0, 0.3], [0.0, 1.0]])
    misses, asked = bowl(matrix, np.array([0.5, 2.0]))
    low, high = np.array([-3.0, -3.0]), np.array([3.0, 1.0])
    found = solve(misses, np.zeros(2), low, high, np.eye(2), close=CLOSE, most=10)
    assert found.held.tolist() == [False, True]
    assert found.point[1] == 1.0 and abs(found.miss[0]) <= CLOSE and found.miss[1] == pytest.approx(-1.0)
    assert all((low <= point).all() and (point <= high).all() for point in asked)


def test_a_bound_that_just_suffices_is_not_held() -> None:
    misses, _ = bowl(np.eye(1), np.array([1.0]))
    found = solve(misses, np.zeros(1), *box(1, 1.0), np.eye(1), close=CLOSE, most=10)
    assert found.point == pytest.approx([1.0]) and not found.held.any()


def test_an_answer_that_never_comes_close_gives_the_best_point_seen() -> None:
    heights = iter([0.9, 0.3, 0.8, 0.7, 0.6, 0.5])
    asked: list[float] = []

    def misses(point: np.ndarray) -> np.ndarray:
        asked.append(float(point[0]))
        return np.array([next(heights)])

    found = solve(misses, np.zeros(1), *box(1, 50.0), np.eye(1), close=CLOSE, most=6)
    assert found.runs == 6
    assert found.miss[0] == 0.3 and found.point[0] == asked[1]


def test_no_step_is_longer_than_the_longest() -> None:
    misses, asked = bowl(0.1 * np.eye(1), np.array([9.0]))
    solve(misses, np.zeros(1), *box(1, 20.0), 0.01 * np.eye(1), close=CLOSE, most=12)
    assert max(np.abs(np.diff([point[0] for point in asked]))) <= LONGEST_STEP + 1e-12


def test_luck_does_not_turn_the_search_round() -> None:
    """The figure rises where its mechanism says it falls: the intercept goes to the bound that its mechanism points to, and is held."""
    found = solve(lambda point: np.array([0.2 + 0.05 * abs(point[0])]), np.zeros(1), *box(1, 2.0), -0.3 * np.eye(1), close=CLOSE, most=12)
    assert found.point[0] in (0.0, 2.0) and found.miss[0] > 0 and found.runs < 12


def test_slopes_that_cannot_be_inverted_do_not_stop_it() -> None:
    misses, _ = bowl(np.eye(2), np.array([0.3, -0.2]))
    found = solve(misses, np.zeros(2), *box(2, 2.0), np.ones((2, 2)), close=CLOSE, most=25)
    assert np.isfinite(found.point).all() and np.abs(found.miss).max() <= 0.3


def test_nothing_to_solve_is_no_error() -> None:
    found = solve(lambda point: np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros((0, 0)), close=CLOSE, most=5)
    assert found.runs == 1 and found.point.size == 0
