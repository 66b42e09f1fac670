"""After the receipt: why passages are refused, what to correct, and the file to send again."""
