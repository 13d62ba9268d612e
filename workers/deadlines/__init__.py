"""The clock: a tick to the services each second, a Ping to every queue; decides nothing.

Without state: started twice, late, or not at all, it changes nothing of what is accepted.
"""
