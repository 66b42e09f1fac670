"""The register on disk: its contract, and reading it shard by shard."""
