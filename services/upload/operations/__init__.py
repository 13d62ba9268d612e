"""Everything that can happen here: one function, one meaning, given a session; never commits."""
