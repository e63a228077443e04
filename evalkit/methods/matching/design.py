"""From links to the design that is measured: who is in it, what regression takes out, and who is nearest in the own group."""

from __future__ import annotations

import numpy as np

from evalkit.methods.fits import Bools, Floats, Ints
from evalkit.methods.matching.links import DIGITS, Links
from evalkit.methods.validity.matched_designs import MatchedDesign

NEAREST = 2
"""Nearest in the own group by which Abadie and Imbens' variance sees how much comparison persons vary."""
MOST = 4_000_000
"""Numbers in the table of nearest persons; above it another standard error is used."""


def design_of_links(links: Links, treated: Bools, background: Floats, taken_out: Floats | None) -> MatchedDesign:
    """Return the facts of a matched comparison that are simulated and estimated with.

    Parameters
    ----------
    treated : shape (n,)
    background : shape (n, k)
        Everything that was matched on; without any column no direction is known in which the groups differed.
    taken_out : shape (n, q) or None
        What regression takes out where it still differs.
    """
    if taken_out is not None and taken_out.shape[1] == 0:
        taken_out = None
    own = links.reused and taken_out is None and len(links.used) * links.n_units <= MOST
    kept = np.flatnonzero((links.weights > 0) | (~treated if own else np.zeros(links.n_units, dtype=bool)))
    place = np.full(links.n_units, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    near = _nearest(links.used, np.flatnonzero(~treated), background) if own else None
    return MatchedDesign(
        n=len(kept),
        treated=treated[kept].tobytes(),
        links=(place[links.treated].tobytes(), place[links.control].tobytes(), links.share.tobytes()),
        codes=links.sets[kept].tobytes(),
        background=b"" if taken_out is None else np.ascontiguousarray(taken_out[kept]).tobytes(),
        index=_direction(background, treated)[kept].tobytes() if background.shape[1] else b"",
        near=b"" if near is None else np.ascontiguousarray(near[:, kept]).tobytes(),
    )


def _direction(background: Floats, treated: Bools) -> Floats:
    """Return the direction in which the groups differed before matching, with variance one: Fisher's discriminant."""
    centred = background - background.mean(axis=0)
    gap = background[treated].mean(axis=0) - background[~treated].mean(axis=0)
    spread = np.einsum("ia,ib->ab", centred, centred) / len(centred)
    index = np.einsum("ia,a->i", centred, np.linalg.pinv(spread, rcond=1e-10, hermitian=True) @ gap)
    return np.asarray(index / index.std() if index.std() > 0 else index)


def _nearest(used: Ints, others: Ints, background: Floats) -> Floats:
    """Return the weights of each person used and the nearest in the comparison group, shape (n_used, n); equally near ones all."""
    weights = np.zeros((len(used), len(background)))
    scale = np.where(background.std(axis=0) > 0, background.std(axis=0), 1.0)
    z = background / scale
    for row, place in enumerate(used):
        rest = others[others != place]
        apart = np.round(((z[rest] - z[place]) ** 2).sum(axis=1), DIGITS)
        reach = np.sort(apart)[min(NEAREST, len(apart)) - 1]
        chosen = np.append(rest[apart <= reach], place)
        weights[row, chosen] = 1.0 / len(chosen)
    return weights
