"""Everything that can happen in notify: learn, announce, send, close."""
