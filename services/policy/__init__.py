"""Policy: what is insured, for whom, and by which carrier?

Owns carriers with their links and company numbers, policies with their terms, coverages, vehicles and drivers,
receipts, certificate holders, insureds' requests, the tasks that come of them, how fresh the agency's feed is, and
the webhooks that tell the agency's own systems. Hears the AMS's word of all these, identity's accounts (for their ids
and names) and agencies. Tells PoliciesChanged. Whether a policy covers a moment is decided in `terms.py` and nowhere
else.
"""
