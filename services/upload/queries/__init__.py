"""What the pages read; never writes. Shapes stand in `shapes/`."""
