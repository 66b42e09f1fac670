"""What the user reads: one model, several renderings."""
