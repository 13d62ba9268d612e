"""How often a visitor may ask what anybody may ask: counted in the database, per minute."""

from sqlalchemy import text
from sqlalchemy.orm import Session

WINDOW_SECONDS = 60


def visits(session: Session, key: bytes) -> int:
    """Count this visit; how many there were under this key in its minute."""
    return int(
        session.execute(
            text(
                "INSERT INTO visit_rate AS r (key, since, visits)"
                " VALUES (:key, clock_timestamp(), 1) ON CONFLICT (key) DO UPDATE SET"
                " visits = CASE WHEN r.since < clock_timestamp() - make_interval(secs => :window)"
                " THEN 1 ELSE r.visits + 1 END,"
                " since = CASE WHEN r.since < clock_timestamp() - make_interval(secs => :window)"
                " THEN clock_timestamp() ELSE r.since END RETURNING visits"
            ),
            {"key": key, "window": WINDOW_SECONDS},
        ).scalar_one()
    )
