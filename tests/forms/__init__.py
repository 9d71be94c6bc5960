"""Forms in the manner of published ones, all invented, and what must hold for each."""
