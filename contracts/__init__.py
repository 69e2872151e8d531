"""What is said on the bus: every message, its owner, who may say it and who listens."""
