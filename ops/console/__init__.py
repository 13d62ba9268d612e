"""The operations page: what waits, who works, what is parked; read-only but for parked messages.

It opens no table: one role per database that may read views without personal data and call
`parked_retry` and `parked_dismiss` (N11).
"""
