"""The stack on one machine: its NATS server and its PostgreSQL server, as child processes on loopback."""
