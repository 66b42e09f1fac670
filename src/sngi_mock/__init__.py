"""A synthetic SNGI: fictional people with mock NIRs, and deposit files drawn from them with their truth.

Nothing here describes a real person: names, dates and places are drawn from public frequency tables, and no mock
NIR can be a real one (see ``matching.identity.nir``).
"""
