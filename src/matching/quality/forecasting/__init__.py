"""What to expect of a file: namesakes, likely errors, the funnel's arithmetic, and what corrections bring."""
