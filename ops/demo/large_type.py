"""Who of the demo's candidates reads large type."""

from ops.demo.cast import Player, Stage, cast


def reads_large() -> Player:
    """The first who has some pictures: one material at a time, with a way on and a way back."""
    return next(player for player in cast() if player.stage is Stage.PARTLY)
