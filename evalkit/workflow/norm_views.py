"""What the analysis notebooks show of norms, bands and classes of change; exact numbers, for those inside the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.norm_words import NO_BANDS, NO_CLASSES, NO_NORM

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.workflow.session import OpenRun

_GROUPS = {"treated": "insatsgrupp", "comparison": "jämförelsegrupp"}


def norm_table(run: OpenRun) -> pd.DataFrame:
    """Return each group's mean against the norm at each occasion, or why there is no norm."""
    import pandas as pd

    rows: list[dict[str, object]] = []
    for page in run.result.instruments:
        if not page.comparisons:
            rows.append({"instrument": page.label, "norm": NO_NORM[page.no_norm or "none"].sv})
        rows += [
            {
                "instrument": page.label,
                "grupp": _GROUPS[one.group],
                "tillfälle": one.occasion,
                "antal": one.n,
                "medel": round(one.mean, 2),
                "norm": f"{one.norm_mean:.1f} ({one.norm_sd:.1f})".replace(".", ","),
                "skillnad i SD": round(one.standardised, 2),
                "status": ", ".join(sorted({norm.status for norm in page.norms})),
            }
            for one in page.comparisons
        ]
    return pd.DataFrame(rows).fillna("")


def band_table(run: OpenRun) -> pd.DataFrame:
    """Return how many of each group lie in each band at each occasion, or why there are no bands."""
    import pandas as pd

    rows: list[dict[str, object]] = []
    for page in run.result.instruments:
        if not page.shares:
            rows.append({"instrument": page.label, "band": NO_BANDS[page.no_bands or "none"].sv})
        named = {band.id: band.label for band in page.bands}
        rows += [
            {
                "instrument": page.label,
                "grupp": _GROUPS[share.group],
                "tillfälle": share.occasion,
                "band": named[share.band],
                "antal": f"{share.n} av {share.n_total}",
            }
            for share in page.shares
        ]
    return pd.DataFrame(rows).fillna("")


def class_table(run: OpenRun) -> pd.DataFrame:
    """Return how many changed by more than measurement error, or why nobody is classified."""
    import pandas as pd

    rows: list[dict[str, object]] = []
    for page in run.result.instruments:
        for one in page.classes:
            row: dict[str, object] = {"instrument": page.label, "grupp": _GROUPS[one.group], "antal": one.n}
            if one.reason:
                rows.append({**row, "skäl": NO_CLASSES[one.reason].sv})
            else:
                counts = (one.n_recovered, one.n_improved, one.n_unchanged, one.n_deteriorated)
                rows.append({**row, **dict(zip(("återhämtade", "förbättrade", "oförändrade", "försämrade"), counts, strict=True))})
    return pd.DataFrame(rows).fillna("")
