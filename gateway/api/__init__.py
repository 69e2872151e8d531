"""JSON for portal front ends, below /api/v1/."""
