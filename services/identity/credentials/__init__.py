"""User names from the agency and the passwords that only the insured knows."""
