"""Variants measured in turn, round after round, and printed as ratios: the machine's mood hits all of them alike."""

from collections.abc import Awaitable, Callable, Mapping
from statistics import median

Variant = Callable[[], Awaitable[float]]


async def alternate(variants: Mapping[str, Variant], rounds: int) -> dict[str, list[float]]:
    """Runs each variant once a round; returns each one's figures (operations per second). One more round warms up."""
    figures: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(rounds + 1):
        for name, variant in variants.items():
            figure = await variant()
            if number:
                figures[name].append(figure)
    return figures


def print_ratios(figures: Mapping[str, list[float]], base: str, targets: Mapping[str, float]) -> None:
    """Prints each variant's median and its ratio to `base`, with lowest and highest ratio over the rounds."""
    print(f"{'':<34}{'per second':>12}{'ratio':>9}{'lowest':>9}{'highest':>9}{'target':>9}")
    for name, values in figures.items():
        ratios = [value / reference for value, reference in zip(values, figures[base], strict=True)]
        target = f"{targets[name]:.2f}" if name in targets else ""
        print(
            f"{name:<34}{median(values):>12,.0f}{median(ratios):>9.3f}{min(ratios):>9.3f}{max(ratios):>9.3f}{target:>9}"
        )
