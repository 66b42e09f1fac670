"""Raw columns → comparable columns: what each strategy compares, made once per distinct value."""
