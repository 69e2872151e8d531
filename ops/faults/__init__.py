"""Faults on purpose: what is promised is compared with what is there after servers and services were killed."""
