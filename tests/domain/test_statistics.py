from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import proportion

from content_map.domain.statistics import (
    Prior,
    fitted_prior,
    fraction_text,
    newcombe,
    prior_of,
    rate_bound_after_none,
    shrunk_rate,
    wilson,
)

# Tumours among control groups of rats: Tarone, Biometrics 38 (1982) 215-220, as in Gelman et al., Bayesian
# Data Analysis, table 5.1: seventy earlier experiments.
RATS = """
0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20 1/19 1/19 1/18 1/18
2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 2/17 7/49 7/47 3/20 3/20 2/13 9/48 10/50
4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 4/19 5/22 11/46 12/49 5/20 5/20 6/23 5/19 6/22 6/20 6/20 6/20
16/52 15/47 15/46 9/24
"""
EXPERIMENTS = [(int(part), int(n)) for part, _, n in (each.partition("/") for each in RATS.split())]


@st.composite
def shares(draw):
    n = draw(st.integers(1, 5_000))
    return draw(st.integers(0, n)), n


def test_wilson_agrees_with_the_published_example():
    """Newcombe, Stat. Med. 17 (1998) 857-872, table I: 81 of 263."""
    low, high = wilson(81, 263)

    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_newcombe_agrees_with_the_published_example():
    """Newcombe, Stat. Med. 17 (1998) 873-890, table II, method 10: 56/70 - 48/80."""
    low, high = newcombe(56, 70, 48, 80)

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_nothing_tried_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


@given(shares())
def test_an_interval_holds_its_rate_and_stays_a_rate(share):
    successes, n = share
    low, high = wilson(successes, n)

    assert 0.0 <= low <= successes / n <= high <= 1.0


@given(shares(), shares())
def test_a_difference_changes_sides_with_its_sign(one, other):
    forth, back = newcombe(*one, *other), newcombe(*other, *one)

    assert forth.low == pytest.approx(-back.high)
    assert forth.low <= one[0] / one[1] - other[0] / other[1] <= forth.high


def test_no_open_in_thirty_impressions_bounds_the_rate_below_nine_and_a_half_percent():
    assert 0.0949 < rate_bound_after_none(30) < 0.0951
    assert rate_bound_after_none(0) == 1.0


@pytest.mark.parametrize(
    ("count", "n", "text"),
    [
        (3, 8, "3 of 8"),
        (0, 0, "0 of 0"),
        (9, 9, "9 of 9"),
        (5, 10, "5 of 10 (50 %)"),
        (61, 184, "61 of 184 (33 %)"),
        (1, 200, "1 of 200 (1 %)"),
        (1, 201, "1 of 201 (< 1 %)"),
        (999, 1000, "999 of 1000 (> 99 %)"),
        (1000, 1000, "1000 of 1000 (100 %)"),
        (0, 40, "0 of 40 (0 %)"),
    ],
)
def test_a_percentage_stands_only_beside_its_n_and_from_ten_on(count, n, text):
    assert fraction_text(count, n) == text


def test_small_rates_are_pulled_to_the_overall_one():
    # One of one, with twenty more tries at 10 %: 3 of 21.
    assert shrunk_rate(1, 1, 0.1) == pytest.approx(3 / 21)
    assert shrunk_rate(0, 0, 0.1) == pytest.approx(0.1)


def test_more_successes_than_tries_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="0 <= successes <= n"):
        wilson(2, 1)


@given(shares())
def test_wilson_agrees_with_an_independent_library(share):
    successes, n = share

    assert wilson(successes, n) == pytest.approx(
        proportion.proportion_confint(*share, method="wilson"), abs=1e-12
    )


@given(shares(), shares())
def test_newcombe_agrees_with_an_independent_library(one, other):
    theirs = proportion.confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")

    assert newcombe(*one, *other) == pytest.approx(theirs, abs=1e-9)


def test_a_prior_from_moments_is_the_published_one():
    """Bayesian Data Analysis, section 5.1: mean .136 and deviation .103 give Beta(1.4, 8.6)."""
    rates = [part / n for part, n in EXPERIMENTS]
    mean = sum(rates) / len(rates)
    deviation = (sum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1)) ** 0.5

    prior = prior_of(mean, deviation**2)

    assert (round(mean, 3), round(deviation, 3)) == (0.136, 0.103)
    assert (round(prior.successes, 1), round(prior.failures, 1)) == (1.4, 8.6)


def test_what_a_prior_learns_is_the_published_posterior():
    """The same section: four of fourteen more make Beta(5.4, 18.6), with mean .223 and deviation .083."""
    rounded = Prior(1.4, 8.6).updated(4, 14)
    posterior = prior_of(0.136, 0.103**2).updated(4, 14)
    theirs = stats.beta(posterior.successes, posterior.failures)

    assert rounded == pytest.approx((5.4, 18.6))
    assert round(posterior.rate, 3) == 0.223
    assert (round(theirs.mean(), 3), round(theirs.std(), 3)) == (0.223, 0.083)


def test_a_fitted_prior_takes_chance_out_and_so_is_stronger():
    plain, fitted = prior_of(0.136, 0.103**2), fitted_prior(EXPERIMENTS)

    assert fitted is not None
    assert fitted.strength > plain.strength
    assert fitted.rate == pytest.approx(sum(p for p, _ in EXPERIMENTS) / sum(n for _, n in EXPERIMENTS))


@pytest.mark.parametrize(("successes", "failures"), [(2.0, 8.0), (5.0, 5.0), (1.0, 30.0)])
def test_a_fitted_prior_finds_the_one_that_made_the_groups(successes, failures):
    tries = stats.randint(10, 60).rvs(4_000, random_state=1)
    made = stats.betabinom(tries, successes, failures).rvs(random_state=2)

    fitted = fitted_prior(zip(made.tolist(), tries.tolist(), strict=True))

    assert fitted is not None
    assert fitted.rate == pytest.approx(successes / (successes + failures), rel=0.05)
    assert fitted.strength == pytest.approx(successes + failures, rel=0.2)


@pytest.mark.parametrize(
    "groups", [[], [(1, 2)], [(0, 5), (0, 9)], [(5, 5), (2, 2)], [(5, 10), (5, 10)], [(1, 1), (0, 0)]]
)
def test_groups_that_chance_explains_teach_no_prior(groups):
    assert fitted_prior(groups) is None


@given(shares())
def test_a_shrunk_rate_lies_between_its_own_and_the_prior(share):
    successes, n = share
    prior = Prior(3.0, 17.0)

    shrunk = prior.updated(successes, n).rate

    assert min(0.15, successes / n) - 1e-9 <= shrunk <= max(0.15, successes / n) + 1e-9
    assert shrunk == pytest.approx(shrunk_rate(successes, n, prior.rate, strength=prior.strength))


@pytest.mark.parametrize(("mean", "variance"), [(0.0, 0.1), (1.0, 0.1), (0.5, 0.0), (0.5, 0.25)])
def test_there_is_no_prior_without_spread_inside_its_bounds(mean, variance):
    with pytest.raises(ValueError, match="beta distribution"):
        prior_of(mean, variance)
