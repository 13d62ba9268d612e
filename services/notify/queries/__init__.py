"""What notify's pages read; nothing here writes."""
