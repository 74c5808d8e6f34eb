"""How good the answers of the built-in models are: items with right answers, measures, and the rule for a model's level."""
