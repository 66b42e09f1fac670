"""What the comparison levels ask of pairs: one module per trait, one function per level, under the level's name.

Each takes the pairs and the positions of those still undecided, and says which of them meet the level. A question may
count on those before it in its table: what an earlier level took is not there any more.
"""
