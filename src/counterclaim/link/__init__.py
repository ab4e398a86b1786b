"""Claims of many reports tied together: who speaks, which claims are one happening, who only repeats whom."""
