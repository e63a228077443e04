"""The ruler: one policy, one kind of data, and the list of what was hidden on the way."""

from __future__ import annotations

from evalkit.errors import DisclosureRefused
from evalkit.findings.cell import DisclosureEvidence
from evalkit.findings.safe import Suppression
from evalkit.plan.disclosure import DisclosurePolicy
from evalkit.release.rounding import round_count


class Clearance:
    """Decides cell by cell what may be seen.

    Parameters
    ----------
    policy : DisclosurePolicy
    public : bool
        The plan's data are public aggregates: no cell rule applies and counts stay as they are.

    Notes
    -----
    Whether a margin is hidden depends on the policy alone and never on the data, since a rule that reads the data tells
    about them (see `margins_protect`).
    """

    def __init__(self, policy: DisclosurePolicy, *, public: bool) -> None:
        self.policy = policy
        self.public = public
        self._hidden: list[Suppression] = []

    @property
    def suppressions(self) -> tuple[Suppression, ...]:
        """Everything hidden so far, once each, in a stable order."""
        return tuple(sorted(set(self._hidden), key=lambda s: (s.where, s.reason)))

    @property
    def margins_protect(self) -> bool:
        """Whether rounding alone keeps a small difference of two shown counts as uncertain as a hidden cell.

        Two counts rounded to a base b leave 2(b − 1) + 1 possible differences; a hidden cell has min_cell − 1.
        """
        return 2 * (self.policy.round_counts_to - 1) + 1 >= self.policy.min_cell - 1

    def hide(self, where: str, reason: str) -> None:
        """Note that `where` is hidden because of `reason` (see `Suppression`)."""
        self._hidden.append(Suppression(where, reason))

    def is_small(self, n: float) -> bool:
        """Whether `n` persons are too few to show; none at all is not few."""
        return not self.public and 0 < n < self.policy.min_cell

    def count(self, n: float, where: str) -> int | None:
        """Return a count of distinct persons as it may be shown, or None."""
        if self.public:
            return int(n)
        if self.is_small(n):
            self.hide(where, "few")
            return None
        return round_count(n, self.policy.round_counts_to)

    def permits(self, evidence: DisclosureEvidence, where: str) -> bool:
        """Whether the number that `evidence` belongs to may be shown; notes it where not.

        Raises
        ------
        DisclosureRefused
            If the evidence is missing, or claims public data inside a persons' plan.
        """
        if not isinstance(evidence, DisclosureEvidence):
            raise DisclosureRefused(f"{where}: röjandeunderlag saknas, siffran får inte lämnas ut", code="SDC-EVIDENCE")
        if self.public and evidence.public:
            return True
        if evidence.public:
            raise DisclosureRefused(f"{where}: uppges vara offentlig uppgift i en plan om personer", code="SDC-PUBLIC")
        if evidence.n_persons < self.policy.min_cell:
            self.hide(where, "few")
            return False
        top = evidence.top_two_share
        if evidence.all_equal or evidence.none_or_all or (top is not None and top > self.policy.max_top_two_share):
            self.hide(where, "policy")
            return False
        return True
