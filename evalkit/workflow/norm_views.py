"""What the analysis notebooks show of norms, bands and classes of change; exact numbers, for those inside the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.findings.norm_words import NO_BANDS, NO_CLASSES, NO_NORM, NOT_C
from evalkit.workflow.views import number

if TYPE_CHECKING:
    import pandas as pd

    from evalkit.workflow.session import OpenRun

_GROUPS = {"treated": "insatsgrupp", "comparison": "jämförelsegrupp"}
_CLASSES = {"recovered": "återhämtade", "improved": "förbättrade", "unchanged": "oförändrade", "deteriorated": "försämrade"}


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
                "i slutrapport": "visas" if all(norm.secured for norm in page.norms) else "utelämnas",
            }
            for one in page.comparisons
        ]
    return pd.DataFrame(rows).astype("object").fillna("")


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
    return pd.DataFrame(rows).astype("object").fillna("")


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
                row |= dict(zip(_CLASSES.values(), counts, strict=True))
                row["minsta förändring"] = number(one.smallest_detectable, 1)
                row["gräns"] = f"{one.criterion}: {number(one.cut, 1)}" if one.criterion else NOT_C[one.why_not_c].sv
                rows.append(row)
    return pd.DataFrame(rows).astype("object").fillna("")


def case_table(run: OpenRun) -> pd.DataFrame:
    """Return one row a person: scores, distance to the norm, reliable change, class. Never leaves the house.

    Against a norm of known size the distance has Crawford and Howell's p, which allows for how few the norm was made of; where
    the size is not known, or the norm is the scale's own metric, it is a plain z.
    """
    import pandas as pd

    from evalkit.methods.single_case import single_cases
    from evalkit.plan.project import find_project
    from evalkit.plan.register import load_register

    labels = {outcome.id: outcome.label for outcome in run.plan.outcomes}
    rows = [
        {
            "mått": labels[case.outcome],
            "instrument": case.instrument,
            "grupp": _GROUPS[case.group],
            "före": number(case.before, 1),
            "efter": number(case.after, 1),
            "före, normens SD": number(case.before_z),
            "efter, normens SD": number(case.after_z),
            "före mot norm, p": number(case.before_against.p_value, 3) if case.before_against else "–",
            "efter mot norm, p": number(case.after_against.p_value, 3) if case.after_against else "–",
            "index": number(case.index),
            "klass": _CLASSES.get(case.change_class, "–"),
        }
        for case in single_cases(run.frame, run.plan, load_register(find_project().instruments))
    ]
    return pd.DataFrame(rows)
