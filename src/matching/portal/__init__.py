"""A mock deposit portal: accounts and delegations, a ledger, an HTTP API; for tests of whoever deposits.

Reading order: ``accounts`` (who may deposit), ``ledger`` (what is remembered), ``treatment`` (one deposit), ``office``
(receives and treats, one after the other), ``safety`` and ``api`` (over HTTP), ``serving`` (the process).
"""
