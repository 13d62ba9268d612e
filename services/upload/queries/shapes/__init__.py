"""The shapes that pages read: frozen, without URLs (routes are made from ids by the pages)."""
