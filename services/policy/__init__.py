"""Policy: what is insured, for whom, and by which carrier?

Owns carriers with their links and company numbers, policies with their terms, coverages, vehicles and drivers, and how
fresh the agency's feed is. Hears the AMS's carriers, policies and heartbeats, identity's accounts (for their ids and
names) and agencies. Tells PoliciesChanged. Whether a policy covers a moment is decided in `terms.py` and nowhere else.
"""
