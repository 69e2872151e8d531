"""The audit of activity: every agency's chain is checked, link by link and against signed heads, and exported."""
