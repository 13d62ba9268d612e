"""Everything that can happen in the review room, one function with one meaning each."""
