"""The synthetic population: people and firms at the baseline date, raked to the setting's margins, at any scale."""
