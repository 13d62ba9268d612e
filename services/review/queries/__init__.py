"""What the pages of the review room read; nothing here writes."""
