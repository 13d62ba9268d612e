"""The reviewers' pages: request -> form -> operation -> page."""
