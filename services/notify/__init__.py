"""Notify: how does the word get out?

Owns the wording of mails and texts in every language, and the record of deliveries: what went to which masked
address, when, and how it ended. Decides nothing: it does the jobs of `contracts/notify.py`, one typed mail or text
each, once, over real SMTP and the SMS provider's HTTP interface. Hears AgencyChanged, for the name and the colour
that mails carry. Neither a code nor a body nor a full address ever rests here.
"""
