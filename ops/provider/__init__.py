"""A stand-in for Google on a development machine: an OpenID provider whose accounts are invented, on loopback only."""
