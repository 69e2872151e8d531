"""Who is in already: sessions, remembered devices, and how recently a person has proven to be who it is."""
