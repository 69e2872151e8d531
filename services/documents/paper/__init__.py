"""Paper: type, colours and rows of labelled cells, in which anything can be drawn."""
