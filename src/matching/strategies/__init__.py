"""The strategies: one table of named values that answer the same question on the same frames."""
