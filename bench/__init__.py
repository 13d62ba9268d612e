"""Every claim about speed or loss, measured."""
