"""Documents, and the script that makes the reference from the code."""
