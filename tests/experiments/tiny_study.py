"""A study of twelve tasks, as a person would write one: the batch tests run it by its path."""

import numpy as np
import pandas as pd

from experiments import Finding, Study


def design(size):
    return pd.DataFrame({"point": range(12 if size == "small" else 60), "scale": 0.5, "seed": 7})


def task(row):
    values = row["scale"] * np.random.default_rng([row["seed"], row["point"]]).normal(size=3)
    return pd.DataFrame({"part": ["a", "b", "c"], "value": values, "large": values > 1})


def findings(results):
    return [Finding(name="mean", unit="1", measured=float(results["value"].mean()), published=0.0, tolerance=0.5)]


def figures(results):
    return {}


def sentence(results):
    return f"The mean of {len(results)} draws is {results['value'].mean():.3f}."


STUDY = Study(
    name="tiny",
    question="What is the mean of normal draws?",
    expected="0",
    source="the definition of the normal distribution",
    design=design,
    task=task,
    findings=findings,
    figures=figures,
    sentence=sentence,
)
