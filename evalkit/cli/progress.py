"""What a command tells while it works: a bar where somebody watches a terminal, a line per step otherwise. On stderr only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def told(title: str, n_steps: int, *, bar: bool | None = None) -> Iterator[Callable[[str], None]]:
    """Yield a function that is called with each step as it begins.

    Parameters
    ----------
    title : str
        What is being done, such as the intervention's id.
    bar : bool | None
        True for a bar, False for lines, None for a bar where stderr is a terminal.
    """
    if not (sys.stderr.isatty() if bar is None else bar):
        yield lambda step: print(f"{title}: {step} …", file=sys.stderr, flush=True)
        return
    from tqdm import tqdm

    with tqdm(total=n_steps, desc=title, file=sys.stderr, bar_format="{desc} |{bar}| {n_fmt}/{total_fmt} {elapsed}") as shown:
        begun = 0

        def step(name: str) -> None:
            nonlocal begun
            shown.update(1 if begun else 0)
            begun += 1
            shown.set_description_str(f"{title}: {name}")

        yield step
        shown.update(n_steps - shown.n)
