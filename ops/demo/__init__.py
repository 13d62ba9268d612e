"""The demo: forty made-up candidates at every stage, and the staff who review them.

It goes in through the services' own operations, in one process per service with that service's
secrets only; the running relays, consumers and workers carry every message in between.
"""
