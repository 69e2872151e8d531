"""What operators use: the command line, the stack on one machine, a demo agency, measurements and faults."""
