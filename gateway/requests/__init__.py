"""Requests as people read and fill them in: the words of each form, for the portal and the console alike."""
