"""What a million items cost in memory."""
