"""Identity: who is this, and what may they see?

Owns agencies, accounts' names and numbers, contacts and their access, sign-ins with identification codes, and
sessions. Hears the AMS's accounts and contacts. Tells AgencyChanged, AccountsChanged and SessionEnded. Signs the
principal that every other service trusts.
"""
