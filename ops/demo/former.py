"""The exam of the year before in the demo, and who took part in both (carry-over)."""

import dataclasses as dc

from ops.demo.cast import Player, Stage, cast

FORMER_EXAM = "demo-tianjin-2022"
"""Handed in, accepted and published when the demo stands."""
RETURNING = "王𬎆"
"""What the earlier reviewers accepted of hers she may use again."""


def returning() -> Player:
    """The one of the forty who took part in the earlier exam too."""
    return next(player for player in cast() if player.name.endswith(RETURNING))


def former() -> Player:
    """What she did then: the same person, under the number of that exam."""
    return dc.replace(
        returning(), number="DEMO22-0001", stage=Stage.CONCLUDED, exam=FORMER_EXAM, absences={}
    )
