"""Quality before sending: what will be refused, what will probably be KO, and what to correct first."""
