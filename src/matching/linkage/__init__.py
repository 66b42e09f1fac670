"""Finding and weighing pairs: blocking, comparison levels, weights, posterior, decision."""
