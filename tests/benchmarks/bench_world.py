"""`make bench`: how fast the world is, and how close to published facts. Writes `world.md`.

A timing is a ratio within one run: simulating and drawing the same random numbers take turns,
and the spread over the rounds is printed. Nothing here is a test; what must hold is in
`tests/test_world.py` and `tests/test_reality.py`.
"""

import math
import random
import subprocess
import sys
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from reporting import report, seconds, spread
from scalar_world import scalar_month

from finrisk.data import lives
from finrisk.data import reality_check as reality
from finrisk.data import synthetic_generator as sg
from finrisk.data.assumptions import Assumptions
from finrisk.data.label import N_FUTURE, N_PAST
from finrisk.data.population import simulate
from finrisk.data.training_rows import labelled_households
from finrisk.inputs import INPUTS

REPORT = Path(__file__).with_name("world.md")
N_MONTHS = lives.BURN_IN + N_PAST + N_FUTURE
WORLD = lives.worlds_since("always", None, N_PAST + N_FUTURE)
SEEDS = (1, 2, 3)

# Joint facts of the Survey of Consumer Finances 2019, $20k-$200k; own tabulation.
JOINT = {
    "rank correlation of income and debt": 0.25,
    "rank correlation of income and debt, debtors": 0.27,
    "rank correlation of income and savings": 0.48,
    "rank correlation of debt and savings": -0.09,
    "rank correlation of debt and savings, debtors": 0.08,
    "with debt, lowest quarter of savings": 0.74,
    "with debt, second quarter": 0.81,
    "with debt, third quarter": 0.77,
    "with debt, highest quarter": 0.57,
    "monthly payment / debt, 10th percentile": 0.007,
    "monthly payment / debt, 25th percentile": 0.017,
    "monthly payment / debt, median": 0.025,
    "monthly payment / debt, 75th percentile": 0.033,
    "monthly payment / debt, 90th percentile": 0.059,
}

# One mechanism or difference at a time, switched off.
OFF: dict[str, Any] = {
    "step_chance": 0.0,
    "step_fade": 0.0,
    "spending_speed": 1.0,
    "could_borrow": 0.0,
    "credit_room": 1.0,
    "extras_response": 0.0,
    "extras_cap": 0.99,
    "lasting_response": 0.0,
    "spending_slope": 0.0,
    "thrift_spread": 0.0,
    "essentials_noise": 0.0,
    "bill_chance": 0.0,
    "bill_spread": 0.0,
    "kind_volatility": (0.2, 0.2, 0.2, 0.2),
    "kind_job_loss": (0.0, 0.0, 0.0, 0.0),
    "kind_debtor": (0.75, 0.75, 0.75, 0.75),
    "target_spread": 0.0,
    "target_cash": 1.0,
    "invest_rate": 0.0,
    "purchase_chance": 0.0,
    "debt_slope": 1.0,
    "debt_spread": 1.0,
    "debt_spread_slope": 0.0,
    "payment_spread": 0.0,
    "payback": 0.02,
}


def draw_in_bulk(n_households: int) -> None:
    """The same number of random numbers, drawn as fast as numpy can on one thread."""
    rng = np.random.default_rng(1)
    uniform, normal = np.empty((2, 540_000)), np.empty((4, 540_000))
    for _ in range(n_households * N_MONTHS // 540_000):
        rng.random(out=uniform)
        rng.standard_normal(out=normal)


def speed() -> pd.DataFrame:
    """Simulating and drawing in turns."""
    rows = []
    for n, rounds in ((10_000, 15), (100_000, 5), (1_000_000, 3)):
        draw_in_bulk(n)
        lives.live(min(n, 10_000), 1, WORLD)
        pairs = [
            (seconds(partial(lives.live, n, 1, WORLD)), seconds(partial(draw_in_bulk, n)))
            for _ in range(rounds)
        ]
        lived, drawn = np.array(pairs).T
        rows.append(
            {
                "households": f"{n:,}",
                "households / s": f"{n / np.median(lived):,.0f}",
                "household-months / s": spread(n * N_MONTHS / lived / 1e6, " M"),
                "speed relative to bare drawing": spread(drawn / lived),
                "peak memory": f"{peak_memory(n):,.0f} MB",
            }
        )
    return pd.DataFrame(rows)


def peak_memory(n_households: int) -> float:
    """Of a fresh process that simulates n households, MB."""
    code = (
        "from pathlib import Path; from finrisk.data.population import simulate; "
        f"world = simulate({n_households}, 1); "
        "lines = Path('/proc/self/status').read_text().splitlines(); "
        "print(next(line.split()[1] for line in lines if line.startswith('VmHWM')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout) / 1024


def row_loops() -> pd.DataFrame:
    """The same world row by row, as one would write it first, against the arrays."""
    fast = (
        100_000 * N_MONTHS / min(seconds(lambda: lives.live(100_000, 1, WORLD)) for _ in range(3))
    )
    rows = []
    for name, loop, n in (
        ("plain Python floats, `random` module", plain_rows, 300),
        ("numpy, one household at a time", numpy_rows, 30),
    ):
        rate = n * N_MONTHS / min(seconds(partial(loop, n)) for _ in range(3))
        rows.append(
            {
                "row by row": name,
                "household-months / s": f"{rate:,.0f}",
                "arrays are faster by": f"{fast / rate:,.0f} x",
            }
        )
    return pd.DataFrame(rows)


def plain_rows(n_households: int) -> pd.DataFrame:
    """A dict per household-month, luck from the standard library."""
    luck, a = random.Random(1), Assumptions()
    drawn = sg.draw_traits(1, 0, n_households, a)
    rows = []
    for i in range(n_households):
        traits = sg.Traits._make(values[i].item() for values in drawn)
        state = sg.State._make((False, 0.0, 0.0, traits.target_savings, traits.usual_debt))
        for month in range(N_MONTHS):
            normals = {name: luck.gauss() for name in ("step", "income", "essentials", "bill_size")}
            drawn_now = normals | {"job": luck.random(), "event": luck.random()}
            now = sg.Shocks._make(drawn_now[name] for name in sg.Shocks._fields)
            state, flows = scalar_month(state, now, traits, a)
            names = (*sg.Flows._fields, *sg.State._fields)
            rows.append(
                {"household": i, "month": month, **dict(zip(names, (*flows, *state), strict=True))}
            )
    return pd.DataFrame(rows)


def numpy_rows(n_households: int) -> pd.DataFrame:
    """`step_month` on arrays of length one, luck drawn month by month."""
    rng, a = np.random.default_rng(1), Assumptions()
    drawn = sg.draw_traits(1, 0, n_households, a)
    rows = []
    for i in range(n_households):
        traits = sg.Traits(*(values[[i]] for values in drawn))
        state = sg.first_state(traits)
        for month in range(N_MONTHS):
            now = sg.Shocks(
                job=rng.random(1),
                step=rng.standard_normal(1),
                income=rng.standard_normal(1),
                essentials=rng.standard_normal(1),
                event=rng.random(1),
                bill_size=rng.standard_normal(1),
            )
            state, flows = sg.step_month(state, now, traits, a)
            names = (*sg.Flows._fields, *sg.State._fields)
            values = [value[0] for value in (*flows, *state)]
            rows.append({"household": i, "month": month, **dict(zip(names, values, strict=True))})
    return pd.DataFrame(rows)


@cache
def checked(seed: int, n_households: int, world: Assumptions) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The statistics and the quantiles by income of one world, measured once."""
    years = reality.lived_years(n_households, seed, world)
    return reality.facts(years), reality.facts_by_income(years)


def facts() -> pd.DataFrame:
    """Every statistic for three seeds of 100,000 households."""
    tables = {seed: checked(seed, 100_000, Assumptions())[0] for seed in SEEDS}
    first = tables[SEEDS[0]]
    table = first[["label", "published", "low", "high"]].copy()
    for name in ("published", "low", "high"):
        table[name] = [_number(value) for value in table[name]]
    for seed, one in tables.items():
        marks = np.where(one["in_band"], "", " OUT")
        pairs = zip(one["simulated"], marks, strict=True)
        table[f"seed {seed}"] = [_number(value) + mark for value, mark in pairs]
    return table.assign(basis=first["basis"])


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def by_income() -> pd.DataFrame:
    """Simulated / published by band of income, for three seeds."""
    tables = [checked(seed, 100_000, Assumptions())[1] for seed in SEEDS]
    band = [
        f"${low / 1e3:.0f}k-${high / 1e3:.0f}k"
        for low, high in zip(tables[0]["income_from"], tables[0]["income_to"], strict=True)
    ]
    columns = [[f"{ratio:.2f}" for ratio in table["ratio"]] for table in tables]
    ratios = [" / ".join(row) for row in zip(*columns, strict=True)]
    table = tables[0].assign(band=band, ratios=ratios)
    wide = table.pivot(index="label", columns="band", values="ratios")
    return wide[list(dict.fromkeys(band))].reset_index()


def summary() -> pd.DataFrame:
    """How many bands and cells hold, seed by seed."""
    rows = []
    for seed in SEEDS:
        table, cells = checked(seed, 100_000, Assumptions())
        off = cells["off_by"]
        rows.append(
            {
                "seed": seed,
                "bands held": f"{table['in_band'].sum()} of {len(table)}",
                "cells within 1.5": f"{(off <= 1.5).sum()} of {len(off)}",
                "cells within 1.25": f"{(off <= 1.25).sum()} of {len(off)}",
                "worst cell": f"{off.max():.2f}",
            }
        )
    return pd.DataFrame(rows)


def joint() -> pd.DataFrame:
    """Rank correlations and shares that no band holds: income, savings and debt together."""
    traits, months = lives.live(100_000, 1, lives.worlds_since("always", None, reality.N_MONTHS))
    income, savings, debt = traits.gross_income, months["savings"][-1], months["debt"][-1]
    table = pd.DataFrame({"income": income, "savings": savings, "debt": debt})
    owing = table[table["debt"] > 0]
    rank, rank_owing = table.corr("spearman"), owing.corr("spearman")
    quarter = pd.qcut(table["savings"].rank(method="first"), 4, labels=False)
    shares = (table["debt"] > 0).groupby(quarter).mean()
    rate = months["debt_payment"][-12:].mean(axis=0)[debt > 0] / debt[debt > 0]
    simulated = [
        rank.loc["income", "debt"],
        rank_owing.loc["income", "debt"],
        rank.loc["income", "savings"],
        rank.loc["debt", "savings"],
        rank_owing.loc["debt", "savings"],
        *shares,
        *np.quantile(rate, [0.1, 0.25, 0.5, 0.75, 0.9]),
    ]
    return pd.DataFrame(
        {
            "fact": list(JOINT),
            "published": list(JOINT.values()),
            "simulated": np.round(simulated, 3),
        }
    ).astype(str)


def mechanisms() -> pd.DataFrame:
    """What each mechanism carries: bands and cells lost when it is switched off."""
    rows = []
    for name, value in OFF.items():
        other = replace(Assumptions(), **{name: value})
        table, cells = checked(1, 40_000, other)
        rows.append(
            {
                "switched off": f"{name} = {value}",
                "bands lost": int((~table["in_band"]).sum()),
                "cells beyond 1.5": int((cells["off_by"] > 1.5).sum()),
                "cells beyond 1.25": int((cells["off_by"] > 1.25).sum()),
            }
        )
    return pd.DataFrame(rows)


def futures() -> str:
    """How long the true risk of 100,000 households takes."""
    world = simulate(100_000, 1)
    took = seconds(lambda: world.true_risk(200))
    return f"True risk of 100,000 households x 200 futures x 6 months: {took:.1f} s."


def outside() -> str:
    """A million households against the ranges of INPUTS."""
    rows = labelled_households(1_000_000, 5).households
    n_out = sum(int((~rows[n].between(f.minimum, f.maximum)).sum()) for n, f in INPUTS.items())
    return f"Of 1,000,000 households, {n_out} values lie outside the ranges of INPUTS."


if __name__ == "__main__":
    REPORT.write_text(
        report(
            "The world, measured",
            [
                ("Speed: median (lowest-highest) of the rounds", speed),
                ("Against a row-by-row generator", row_loops),
                ("Futures", futures),
                ("Ranges", outside),
                ("Held against published facts, 100,000 households", summary),
                ("The 65 statistics", facts),
                ("By income before tax: simulated / published, seeds 1 / 2 / 3", by_income),
                ("Together: Survey of Consumer Finances 2019", joint),
                (
                    "Each mechanism switched off (40,000 households, seed 1; nothing refitted)",
                    mechanisms,
                ),
            ],
        ),
        encoding="utf-8",
        newline="\n",
    )
