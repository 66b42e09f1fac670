"""Fictional people: when and where they were born, what they are called, who their family is, which number they have.

``generate`` composes the steps and streams them to disk; each file holds one step and says what it assumes.
"""
