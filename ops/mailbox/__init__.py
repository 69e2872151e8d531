"""The development mailbox: a real SMTP server and a stand-in of the SMS provider that keep what they are given.

It delivers nothing: whatever notify sends is listed at /mailbox.json, which the gateway shows as /dev/mailbox.
"""
